import { Agreement, Conditions, Entities, EventLinks, Reason, Source, StateTag, Still, Table, WhyLink, stateLook } from "../parts";
import { dayWords, spanWords, covers, today } from "../days";
import { quantityWords } from "../figures";
import { Bands, type Row } from "../pictures/bands";
import type { Window } from "../pictures/scale";
import { href, type Route } from "../route";
import { T, visible } from "../text";
import { titleOf } from "../titles";
import type { Entry, Gate, RuleInterval, RuleState } from "../types";
import { nameOf } from "../names";
import { words } from "../words";

// "only bytedance, for training"
export function scopeWords(state: RuleState): string {
  const parts = [
    ...(state.buyers ?? []).map(id => visible(nameOf("company", id))),
    state.buyerSeat ? visible(nameOf("place", state.buyerSeat)) : "",
    state.purpose ? visible(state.purpose) : "",
  ].filter(Boolean);
  return parts.length === 0 ? words.general : `${words.only} ${parts.join(", ")}`;
}

// "prohibited. The latest to begin, by 2024-11-30."
function stateWhy(state: RuleState | undefined): string {
  const effect = words.enumWords(state?.effect);
  const own = effect && effect !== words.enumWords(state?.gate) ? `${effect}. ` : "";
  return own + visible(state?.grounds?.reason ?? "");
}

function stateTitle(state: RuleState | undefined): string {
  const why = stateWhy(state);
  return words.enumWords(state?.gate) + (why ? `: ${why}` : "");
}

function generalSpan(interval: RuleInterval) {
  return {
    valid: interval.valid, look: stateLook(interval.general?.gate), word: words.enumWords(interval.general?.gate),
    title: stateTitle(interval.general), why: stateWhy(interval.general), outlined: !interval.certain && (interval.alternatives?.length ?? 0) > 0,
    conflict: interval.agreement === "AGREEMENT_CONFLICTING",
  };
}

// The rule as one row, for a picture of many.
export function ruleRow(entry: Entry): Row {
  const key = entry.key?.exportRule ?? {};
  return {
    label: titleOf(entry.key, entry.entryId),
    href: href(["rules"], { chip: key.chip, destination: key.destination, jurisdiction: key.jurisdiction }),
    spans: (entry.exportRule?.intervals ?? []).map(generalSpan),
  };
}

// How the gate stands to whom the question names.
function askedRows(entry: Entry): Row[] {
  const asked = entry.exportRule?.asked ?? [];
  if (asked.length === 0) return [];
  return [{
    label: words.asAsked,
    spans: asked.map(({ valid, gate }) => ({
      valid, look: stateLook(gate?.state), word: words.enumWords(gate?.state),
      title: [words.enumWords(gate?.state), visible(gate?.grounds?.reason ?? "")].filter(Boolean).join(": "), why: visible(gate?.grounds?.reason ?? ""),
    })),
  }];
}

function AskedTable({ entry, title }: { entry: Entry; title: string }) {
  const asked = entry.exportRule?.asked ?? [];
  if (asked.length === 0) return null;
  return (
    <Table label={`${words.asAsked}: ${title}`} head={[words.span, words.asAsked, words.why]}>
      {asked.map(({ valid, gate }) => (
        <tr>
          <td>{spanWords(valid)}</td>
          <td><StateTag state={gate?.state} /></td>
          <td>
            <Reason grounds={gate?.grounds} />
            {gate?.grounds?.eventIds && <> · <EventLinks ids={gate.grounds.eventIds} omitted={gate.grounds.eventIdsOmitted} /></>}
            <Conditions of={gate?.conditions} />
            <Possible of={gate?.possibleRules} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Possible({ of }: { of: Gate["possibleRules"] }) {
  if (!of?.length) return null;
  return (
    <ul class="conditions" aria-label={words.mayApply}>
      {of.map(rule => (
        <li>
          {words.mayApply}: <StateTag state={rule.gate} /> {words.unless} <T>{rule.condition}</T>
          {rule.entryId && <> · <WhyLink entryId={rule.entryId} /></>}
        </li>
      ))}
    </ul>
  );
}

export function ruleRows(entry: Entry): Row[] {
  const scoped = new Map<string, Row>();
  for (const interval of entry.exportRule?.intervals ?? []) {
    for (const state of interval.scoped ?? []) {
      const label = scopeWords(state);
      const row = scoped.get(label) ?? { label, spans: [], thin: true };
      scoped.set(label, row);
      row.spans.push({ valid: interval.valid, look: stateLook(state.gate), word: words.enumWords(state.gate), title: stateTitle(state), why: stateWhy(state) });
    }
  }
  const { href: _, ...whole } = ruleRow(entry);
  return [...askedRows(entry), { ...whole, label: words.general }, ...scoped.values()];
}

function StateLine({ state }: { state: RuleState }) {
  return (
    <div class="rule-state">
      <StateTag state={state.gate} /> {words.enumWords(state.effect) || words.notStated}
      {state.quantityCap && <>, {words.upTo} {quantityWords(state.quantityCap)}</>}
      {state.buyers && <>, {words.only} <Entities kind="company" ids={state.buyers} /></>}
      {state.purpose && <>, <T>{state.purpose}</T></>}
      {state.expires && <>, {words.until} {dayWords(state.expires)}</>}
      . <Reason grounds={state.grounds} />
      {state.claim && <> · <Source claim={state.claim} /></>}
      <Conditions of={state.conditions} />
      {state.warning && <p class="caution"><T>{state.warning}</T></p>}
    </div>
  );
}

export function RuleSection({ entry, route, window }: { entry: Entry; route: Route; window: Window }) {
  const rule = entry.exportRule ?? {};
  const title = titleOf(entry.key, entry.entryId);
  const day = route.params["valid"] || today();
  const now = rule.intervals?.find(interval => covers(interval.valid, day));
  const asked = rule.asked?.find(interval => covers(interval.valid, day));
  return (
    <section class="entry" aria-label={title}>
      <h2 class="name">{title} {asked ? <StateTag state={asked.gate?.state} /> : now && <StateTag state={now.general?.gate} />}</h2>
      <p class="headline">
        {words.nClaims(entry.claimCount ?? 0)}
        {(entry.claimCount ?? 0) > 0 && <> · <WhyLink entryId={entry.entryId} params={route.params} /></>}
      </p>
      <Bands route={route} window={window} rows={ruleRows(entry)} label={title} />
      {rule.omittedBefore && <p class="faint">{words.omittedBefore(dayWords(rule.omittedBefore))}</p>}
      <Still on={[entry]}>{() => <RuleTables entry={entry} title={title} />}</Still>
    </section>
  );
}

function RuleTables({ entry, title }: { entry: Entry; title: string }) {
  const rule = entry.exportRule ?? {};
  const apart = [...(rule.notInForce ?? []).map(state => ({ state, what: words.enumWords(state.status) || words.notInForce })),
    ...(rule.revisions ?? []).map(state => ({ state, what: words.enumWords(state.claim?.standing) || words.ended }))];
  return (
    <>
      <AskedTable entry={entry} title={title} />
      <Table label={`${words.table}: ${title}`} head={[words.span, words.state, words.claims]}>
        {(rule.intervals ?? []).map(interval => (
          <tr>
            <td>{spanWords(interval.valid)}</td>
            <td>{interval.general && <StateLine state={interval.general} />}{(interval.scoped ?? []).map(state => <StateLine state={state} />)}</td>
            <td>
              <Agreement of={interval.agreement} />
              {(interval.alternatives ?? []).map(state => <StateLine state={state} />)}
            </td>
          </tr>
        ))}
        {apart.map(({ state, what }) => <tr class="ended"><td>{what}</td><td><StateLine state={state} /></td><td /></tr>)}
      </Table>
    </>
  );
}
