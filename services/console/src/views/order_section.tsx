import { Agreement, Conditions, Entities, EntityLink, EventLinks, Reason, Source, StateTag, Still, Table, WhyLink, stateLook } from "../parts";
import { amountWords, quantityExtent, quantityWords } from "../figures";
import { covers, dayWords, periodWords, spanWords, today } from "../days";
import { Bands, type Row } from "../pictures/bands";
import { Bars } from "../pictures/bars";
import type { Window } from "../pictures/scale";
import { href, type Route } from "../route";
import { T, visible } from "../text";
import { titleOf } from "../titles";
import { nameOf } from "../names";
import type { Entry, Gate, Order, OrderInterval } from "../types";
import { words } from "../words";

export function gateName(gate: { jurisdiction?: string; gate?: string; chip?: string }): string {
  return `${visible(nameOf("place", gate.jurisdiction))} ${words.enumWords(gate.gate)}` +
    (gate.chip ? ` (${visible(nameOf("chip", gate.chip))})` : "");
}

// What holds it up, or what is not known: "United States export denied".
export function intervalWhy(interval: OrderInterval): string {
  const open = (interval.gates ?? []).filter(gate => !["satisfied", "free"].includes(stateLook(gate.state)));
  return open.map(gate => `${gateName(gate)} ${words.enumWords(gate.state)}`).join("; ") || visible(interval.reason ?? "");
}

export function intervalText(interval: OrderInterval): string {
  const why = intervalWhy(interval);
  return words.enumWords(interval.state) + (why ? `: ${why}` : "");
}

// The order as one row, for a picture of many.
export function orderRow(entry: Entry): Row {
  return {
    label: titleOf(entry.key, entry.entryId),
    href: href(["order", entry.key?.chipOrder?.order ?? ""]),
    spans: (entry.chipOrder?.intervals ?? []).map(interval => ({
      valid: interval.valid, look: stateLook(interval.state), word: words.enumWords(interval.state), title: intervalText(interval),
      why: intervalWhy(interval),
    })),
  };
}

// Then one for each of its gates.
export function orderRows(entry: Entry): Row[] {
  const gates = new Map<string, Row>();
  for (const interval of entry.chipOrder?.intervals ?? []) {
    for (const gate of interval.gates ?? []) {
      const label = gateName(gate);
      const row = gates.get(label) ?? { label, spans: [], thin: true };
      gates.set(label, row);
      row.spans.push({
        valid: interval.valid, look: stateLook(gate.state), word: words.enumWords(gate.state),
        title: `${words.enumWords(gate.state)}${gate.grounds?.reason ? ": " + visible(gate.grounds.reason) : ""}`,
        why: visible(gate.grounds?.reason ?? ""),
      });
    }
  }
  const { href: _, ...whole } = orderRow(entry);
  return [{ ...whole, label: words.order }, ...gates.values()];
}

function GateLines({ gates }: { gates: Gate[] | undefined }) {
  return (
    <ul class="gates">
      {(gates ?? []).map(gate => (
        <li>
          {gateName(gate)} <StateTag state={gate.state} /> <Reason grounds={gate.grounds} />
          {gate.grounds?.eventIds && <> · <EventLinks ids={gate.grounds.eventIds} omitted={gate.grounds.eventIdsOmitted} /></>}
          <Conditions of={gate.conditions} />
          {gate.possibleRules && <ul class="conditions">{gate.possibleRules.map(rule => <li><T>{rule.condition}</T></li>)}</ul>}
        </li>
      ))}
    </ul>
  );
}

export function OrderFacts({ order }: { order: Order }) {
  return (
    <p class="headline">
      <Entities kind="company" ids={order.buyers} />{order.openGroup && <> ({words.openGroup})</>}
      {order.supplier && <> {words.fromSupplier} <EntityLink kind="company" id={order.supplier} /></>}:{" "}
      <Entities kind="chip" ids={order.chips} />
      {order.destination && <> → <EntityLink kind="place" id={order.destination} />{order.destinationInferred && <> ({words.inferred})</>}</>}
    </p>
  );
}

export function OrderSection({ entry, route, window }: { entry: Entry; route: Route; window: Window }) {
  const order = entry.chipOrder ?? {};
  const title = titleOf(entry.key, entry.entryId);
  const now = order.intervals?.find(interval => covers(interval.valid, route.params["valid"] || today()));
  return (
    <section class="entry" aria-label={title}>
      <h2 class="name">{title} {now && <StateTag state={now.state} />}</h2>
      <OrderFacts order={order} />
      {now && <p>{intervalWhy(now)} · <WhyLink entryId={entry.entryId} params={route.params} /></p>}
      <Bands route={route} window={window} rows={orderRows(entry)} label={title} />
      {order.omittedBefore && <p class="faint">{words.omittedBefore(dayWords(order.omittedBefore))}</p>}
      <Still on={[entry]}>{() => (
        <>
          <Table label={`${words.table}: ${title}`} head={[words.span, words.state, words.gate]}>
            {(order.intervals ?? []).map(interval => (
              <tr>
                <td>{spanWords(interval.valid)}</td>
                <td><StateTag state={interval.state} /></td>
                <td><GateLines gates={interval.gates} />{!interval.gates?.length && <T>{interval.reason}</T>}</td>
              </tr>
            ))}
          </Table>
          <Stages order={order} title={title} />
        </>
      )}</Still>
    </section>
  );
}

function Stages({ order, title }: { order: Order; title: string }) {
  const stages = order.stages ?? [];
  if (stages.length === 0) return null;
  const name = (stage: (typeof stages)[number]) =>
    words.enumWords(stage.stage) + (stage.modality === "MODALITY_EXPECTED" ? ` (${words.enumWords(stage.modality)})` : "");
  return (
    <>
      <Bars label={`${words.quantity}: ${title}`} bars={stages.map(stage => ({
        label: name(stage), extent: quantityExtent((stage.chips ?? stage.selected)?.quantity),
        words: quantityWords((stage.chips ?? stage.selected)?.quantity), forecast: stage.modality === "MODALITY_EXPECTED",
      }))} />
      <Table label={`${words.table}: ${words.quantity}`} head={[words.stage, words.quantity, words.when, words.claims, words.source]}>
        {stages.map(stage => (
          <tr>
            <td>{name(stage)}</td>
            <td>{quantityWords(stage.selected?.quantity)}
              {(stage.alternatives ?? []).map(each => <div class={each.agrees ? "faint" : "bad"}>{quantityWords(each.quantity)}, {each.agrees ? words.agrees : words.differs}</div>)}
            </td>
            <td>{periodWords(stage.stageDate?.edtf)}</td>
            <td><Agreement of={stage.agreement} /></td>
            <td><Source claim={stage.selected?.claim} /><Conditions of={stage.conditions} /></td>
          </tr>
        ))}
        {([["unitPrice", words.unitPrice], ["value", words.total]] as const).map(([field, label]) => order[field]?.amount && (
          <tr>
            <td>{label}</td><td>{amountWords(order[field].amount)}</td><td /><td />
            <td><Source claim={order[field].claim} /> <Reason grounds={order[field].grounds} /></td>
          </tr>
        ))}
      </Table>
    </>
  );
}
