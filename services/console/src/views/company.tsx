import { Answer, CopyCall, NotFound, Source, Still, Table, WhyLink, timesOf } from "../parts";
import { BandLegend, Bands, Patterns, daysOf } from "../pictures/bands";
import { PlotLegend } from "../pictures/plot";
import { windowOf } from "../pictures/scale";
import { quantityWords } from "../figures";
import { periodWords, spanWords } from "../days";
import { nameOf, names } from "../names";
import { href, type Route } from "../route";
import { useStore } from "../store";
import { T } from "../text";
import { useTimeline } from "../timeline";
import { BasisLine, Nothing, Times, askedTimes } from "../times";
import { titleOf } from "../titles";
import type { Entry } from "../types";
import { words } from "../words";
import { CapexSection, CapexTable, capexDays } from "./capex_section";
import { orderRow } from "./order_section";

// Each is a picture of its own; more make a page that nobody reads.
const MOST_PICTURES = 60;

export function UsageTable({ entries, params }: { entries: Entry[]; params: Record<string, string> }) {
  return (
    <Table label={words.usage} head={[words.metric, words.reading, words.quantity, words.source, words.why]}>
      {entries.flatMap(entry => (entry.usage?.readings ?? []).map((reading, i) => (
        <tr>
          <td>{i === 0 ? titleOf(entry.key, entry.entryId) : ""}</td>
          <td>{periodWords(reading.asOf?.edtf)}</td>
          <td>{quantityWords(reading.selected?.quantity)}</td>
          <td><Source claim={reading.selected?.claim} /></td>
          <td>{i === 0 && <WhyLink entryId={entry.entryId} params={params} />}</td>
        </tr>
      )))}
    </Table>
  );
}

export function CompanyView({ route, id }: { route: Route; id: string }) {
  useStore(names);
  const query = { company: { company: id } };
  const loaded = useTimeline(query, route.params);
  return (
    <>
      <h1>{words.company("")}<T>{nameOf("company", id)}</T></h1>
      <Times route={route} />
      <Answer of={loaded}>{({ entries, basis, more }) => {
        const capex = entries.filter(entry => entry.capex);
        const orders = entries.filter(entry => entry.chipOrder);
        const usage = entries.filter(entry => entry.usage);
        const rows = orders.map(orderRow);
        if (entries.length === 0 && !Object.keys(askedTimes(route.params)).length) return <NotFound kind="company" id={id} />;
        const capexWindow = windowOf(capex.slice(0, MOST_PICTURES).flatMap(capexDays), route.params);
        return (
          <>
            <BasisLine basis={basis} params={route.params} live={loaded.live} />
            <h2>{words.spending}</h2>
            {capex.length === 0 ? <Nothing text={words.noSpending} params={route.params} /> : (
              <>
                <Still on={[entries, ...timesOf(route.params)]}>{() => <CapexTable entries={capex} params={route.params} />}</Still>
                <p><a href={href(["compare"], { companies: capex.find(each => each.key?.capex?.companies?.length === 1)?.key?.capex?.companies?.[0] ?? id })}>{words.compareIt}</a></p>
                <PlotLegend />
              </>
            )}
            {capex.slice(0, MOST_PICTURES).map(entry => <CapexSection key={entry.entryId} entry={entry} route={route} window={capexWindow} />)}
            {capex.length > MOST_PICTURES && <p class="faint">{words.cut(MOST_PICTURES)}</p>}
            <h2>{words.orders}</h2>
            {orders.length === 0 ? <Nothing text={words.noOrders} params={route.params} /> : (
              <>
                <Patterns /><BandLegend />
                <Bands route={route} window={windowOf(daysOf(rows), route.params)} rows={rows.slice(0, MOST_PICTURES)} label={words.orders} />
                <Still on={[entries]}>{() => <OrderTable orders={orders} />}</Still>
              </>
            )}
            <h2>{words.usage}</h2>
            {usage.length === 0 ? <Nothing text={words.noUsage} params={route.params} /> : <UsageTable entries={usage} params={route.params} />}
            {more && <p class="faint">{words.pages(String(entries.length))}</p>}
          </>
        );
      }}</Answer>
      <CopyCall method="TimelineService/GetTimeline" request={{ query, ...askedTimes(route.params) }} />
    </>
  );
}

// The same as the picture of many orders.
export function OrderTable({ orders }: { orders: Entry[] }) {
  return (
    <Table label={`${words.table}: ${words.orders}`} head={[words.order, words.span, words.state]}>
      {orders.slice(0, MOST_PICTURES).flatMap(entry => {
        const row = orderRow(entry);
        return row.spans.map((span, i) => (
          <tr>
            <td>{i === 0 && <a href={row.href}>{row.label}</a>}</td>
            <td>{spanWords(span.valid)}</td>
            <td><span class={`state k-${span.look}`}>{span.word}</span> {span.why}</td>
          </tr>
        ));
      })}
    </Table>
  );
}
