import { Answer, CopyCall, NotFound } from "../parts";
import { BandLegend, Patterns, daysOf } from "../pictures/bands";
import { windowOf } from "../pictures/scale";
import { names } from "../names";
import type { Route } from "../route";
import { useStore } from "../store";
import { T } from "../text";
import { useTimeline } from "../timeline";
import { BasisLine, Nothing, Times, askedTimes } from "../times";
import { words } from "../words";
import { OrderSection, orderRows } from "./order_section";

export function OrderView({ route, id }: { route: Route; id: string }) {
  useStore(names);
  const query = { chipOrder: { order: id } };
  const loaded = useTimeline(query, route.params);
  return (
    <>
      <h1>{words.order} <T>{id}</T></h1>
      <Times route={route} />
      <Patterns />
      <Answer of={loaded}>{({ entries, basis }) => (
        <>
          <BasisLine basis={basis} params={route.params} live={loaded.live} />
          {entries.length === 0 ? <Nothing params={route.params} text={<NotFound kind="order" id={id} />} /> : <BandLegend />}
          {entries.map(entry => (
            <OrderSection key={entry.entryId} entry={entry} route={route} window={windowOf(daysOf(orderRows(entry)), route.params)} />
          ))}
        </>
      )}</Answer>
      <CopyCall method="TimelineService/GetTimeline" request={{ query, ...askedTimes(route.params) }} />
    </>
  );
}
