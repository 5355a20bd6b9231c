import { Agreement, Answer, CopyCall, Conditions, EntityLink, ErrorBox, Source, Still, Table, WhyLink } from "../parts";
import { BandLegend, Bands, Patterns, daysOf } from "../pictures/bands";
import { windowOf } from "../pictures/scale";
import { amountWords, quantityWords } from "../figures";
import { periodWords, spanWords } from "../days";
import { useLoad } from "../load";
import { nameOf, names } from "../names";
import { href, type Route } from "../route";
import { useStore } from "../store";
import { T } from "../text";
import { readTimeline, useTimeline } from "../timeline";
import { BasisLine, Nothing, Times, askedTimes } from "../times";
import { titleOf } from "../titles";
import type { Entry, Supply } from "../types";
import { words } from "../words";
import { OrderTable } from "./company";
import { orderRow } from "./order_section";
import { ruleRow } from "./rule_section";

const MOST = 80;

function SupplyTable({ supply }: { supply: Supply }) {
  const kind = (metric: string | undefined, modality: string | undefined) =>
    words.enumWords(metric) + (modality === "MODALITY_EXPECTED" ? ` (${words.enumWords(modality)})` : "");
  return (
    <Table label={words.supply} head={[words.holder, words.metric, words.reading, words.quantity, words.claims, words.source]}>
      {(supply.holders ?? []).map(each => (
        <tr>
          <td><EntityLink kind="company" id={each.holder} />{each.customer && <> → <EntityLink kind="company" id={each.customer} /></>}</td>
          <td>{kind(each.metric, each.modality)}</td>
          <td>{periodWords(each.asOf?.edtf)}</td>
          <td>{quantityWords(each.selected?.quantity)}</td>
          <td><Agreement of={each.agreement} /></td>
          <td><Source claim={each.selected?.claim ?? each.claims?.[0]} />{each.scopeText && <> “<T>{each.scopeText}</T>”</>}<Conditions of={each.conditions} /></td>
        </tr>
      ))}
      {(supply.ordered ?? []).flatMap(each => [...(each.named ? [each.named] : []), ...(each.openGroups ?? [])].map(figure => (
        <tr>
          <td>{words.ordered}</td><td>{kind(each.stage, each.modality)}</td><td /><td>{quantityWords(figure.quantity)}</td><td />
          <td><Source claim={figure.claim} /> {(each.orders ?? []).map(order => <a href={href(["order", order])}><T>{order}</T> </a>)}</td>
        </tr>
      )))}
      {supply.shortfall && (
        <tr><td colSpan={3}><strong>{words.shortfall}</strong> <mark class="computed">{words.computed}</mark></td>
          <td>{quantityWords(supply.shortfall.quantity)}</td><td /><td><T>{supply.shortfall.grounds?.reason}</T></td></tr>
      )}
    </Table>
  );
}

export function RuleTable({ rules }: { rules: Entry[] }) {
  return (
    <Table label={`${words.table}: ${words.rules}`} head={[words.rule, words.span, words.state]}>
      {rules.slice(0, MOST).flatMap(entry => {
        const row = ruleRow(entry);
        return row.spans.map((span, i) => (
          <tr>
            <td>{i === 0 && <a href={row.href}>{row.label}</a>}</td>
            <td>{spanWords(span.valid)}</td>
            <td><span class={`state k-${span.look}`}>{span.word}</span> {span.conflict && <mark class="bad">{words.conflict}</mark>} {span.why}</td>
          </tr>
        ));
      })}
    </Table>
  );
}

function PriceTable({ prices, params }: { prices: Entry[]; params: Record<string, string> }) {
  return (
    <Table label={words.prices} head={[words.metric, words.reading, words.quantity, words.claims, words.source, words.why]}>
      {prices.flatMap(entry => (entry.price?.readings ?? []).flatMap((reading, i) =>
        [reading.selected, ...(reading.alternatives ?? [])].map((figure, other) => (
          <tr>
            <td>{i === 0 && other === 0 && titleOf(entry.key, entry.entryId)}</td>
            <td>{other === 0 && periodWords(reading.asOf?.edtf)}</td>
            <td>{amountWords(figure?.amount)}</td>
            <td>{other === 0 && <Agreement of={reading.agreement} />}</td>
            <td><Source claim={figure?.claim} /></td>
            <td>{i === 0 && other === 0 && <WhyLink entryId={entry.entryId} params={params} />}</td>
          </tr>
        ))))}
    </Table>
  );
}

export function ChipView({ route, id }: { route: Route; id: string }) {
  useStore(names);
  const asked = askedTimes(route.params);
  const query = { exportRule: { chip: id } };
  const rules = useTimeline(query, route.params);
  const rest = useLoad(async signal => ({
    orders: await readTimeline({ chipOrder: { chip: id } }, asked, signal),
    supply: await readTimeline({ chipSupply: { chip: id } }, asked, signal),
    prices: await readTimeline({ price: { chip: id } }, asked, signal),
  }), [id, asked, rules.data?.basis?.position]);
  return (
    <>
      <h1>{words.chip("")}<T>{nameOf("chip", id)}</T></h1>
      <Times route={route} />
      <Patterns />
      <Answer of={rules}>{({ entries, basis, more }) => {
        const rows = entries.map(ruleRow);
        return (
          <>
            <BasisLine basis={basis} params={route.params} live={rules.live} />
            <h2>{words.rules}</h2>
            <p><a href={href(["rules"], { chip: entries[0]?.key?.exportRule?.chip || id })}>{words.askForBuyer}</a></p>
            {entries.length === 0 ? <Nothing params={route.params} text={words.noRules} /> : (
              <>
                <BandLegend />
                <Bands route={route} window={windowOf(daysOf(rows), route.params)} rows={rows.slice(0, MOST)} label={words.rules} />
                <Still on={[entries]}>{() => <RuleTable rules={entries} />}</Still>
                {(more || rows.length > MOST) && <p class="faint">{words.cut(Math.min(MOST, rows.length))}</p>}
              </>
            )}
          </>
        );
      }}</Answer>
      {rest.error && <ErrorBox error={rest.error} />}
      {rest.data && (
        <>
          <h2>{words.orders}</h2>
          {rest.data.orders.entries.length === 0 ? <Nothing params={route.params} text={words.noOrders} /> : (
            <>
              <Bands route={route} label={words.orders} rows={rest.data.orders.entries.slice(0, MOST).map(orderRow)}
                window={windowOf(daysOf(rest.data.orders.entries.map(orderRow)), route.params)} />
              <Still on={[rest.data]}>{() => <OrderTable orders={rest.data!.orders.entries} />}</Still>
            </>
          )}
          <h2>{words.supply}</h2>
          {rest.data.supply.entries.length === 0 && <Nothing params={route.params} text={words.noSupply} />}
          {rest.data.supply.entries.map(entry => (
            <>
              <p><WhyLink entryId={entry.entryId} params={route.params} /></p>
              <SupplyTable supply={entry.chipSupply ?? {}} />
            </>
          ))}
          <h2>{words.prices}</h2>
          {rest.data.prices.entries.length === 0 ? <Nothing params={route.params} text={words.noPrices} />
            : <PriceTable prices={rest.data.prices.entries} params={route.params} />}
        </>
      )}
      <CopyCall method="TimelineService/GetTimeline" request={{ query, ...asked }} />
    </>
  );
}
