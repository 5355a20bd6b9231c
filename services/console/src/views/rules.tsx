import { useEffect, useState } from "preact/hooks";
import { Answer, CopyCall, StateTag } from "../parts";
import { covers, dayWords, today } from "../days";
import { BandLegend, Patterns, daysOf } from "../pictures/bands";
import { windowOf } from "../pictures/scale";
import { names } from "../names";
import { change, type Route } from "../route";
import { useStore } from "../store";
import { useTimeline } from "../timeline";
import { BasisLine, Nothing, Times, askedTimes } from "../times";
import type { Entry } from "../types";
import { words } from "../words";
import { gateName } from "./order_section";
import { RuleSection, ruleRows } from "./rule_section";

const MOST = 40;
// The server wants one of these,
const WHICH = ["chip", "destination", "jurisdiction"] as const;
// and says by these how the gate stands to whoever asks.
const WHO = ["buyer", "buyerSeat", "purpose"] as const;
const FIELDS = [...WHICH, ...WHO];

export function RulesView({ route }: { route: Route }) {
  useStore(names);
  const given = Object.fromEntries(FIELDS.filter(name => route.params[name]).map(name => [name, route.params[name]!]));
  const which = WHICH.some(name => given[name]);
  return (
    <>
      <h1>{words.rules}</h1>
      <Asked route={route} />
      {!which && <p class="faint">{words.ruleWhich}</p>}
      {which && <Rules key={JSON.stringify(given)} route={route} given={given} />}
    </>
  );
}

function Asked({ route }: { route: Route }) {
  const [draft, set] = useState(route.params);
  useEffect(() => set(route.params), FIELDS.map(name => route.params[name]));
  const labels = {
    chip: words.kinds["chip"], destination: words.kinds["place"], jurisdiction: words.ruleOf,
    buyer: words.buyer, buyerSeat: words.buyerSeat, purpose: words.purpose,
  };
  const hints: Record<string, string> = { buyer: words.buyerHint, buyerSeat: words.buyerSeatHint, purpose: words.purposeHint };
  return (
    <form class="times" aria-label={words.rules} onSubmit={event => {
      event.preventDefault();
      change(route, Object.fromEntries(FIELDS.map(name => [name, draft[name]?.trim() ?? ""])));
    }}>
      {FIELDS.map(name => (
        <div class="field">
          <label for={`rule-${name}`}>{labels[name]}</label>
          <input type="text" dir="auto" id={`rule-${name}`} name={name} value={draft[name] ?? ""} aria-describedby={hints[name] && `rule-hint-${name}`}
            onInput={event => set({ ...draft, [name]: event.currentTarget.value })} />
          {hints[name] && <small id={`rule-hint-${name}`}>{hints[name]}</small>}
        </div>
      ))}
      <span class="buttons">
        <button type="submit">{words.apply}</button>
        {WHO.some(name => route.params[name]) && (
          <button type="button" class="quiet" onClick={() => change(route, Object.fromEntries(WHO.map(name => [name, ""])))}>{words.forAnybody}</button>
        )}
      </span>
    </form>
  );
}

function Rules({ route, given }: { route: Route; given: Record<string, string> }) {
  const query = { exportRule: given };
  // Rules with their chips or places in words only may be meant, and are entries of their own.
  const asked = WHO.some(name => given[name]) || Boolean(given["chip"] && given["destination"]);
  const loaded = useTimeline(query, route.params, asked);
  return (
    <>
      <Times route={route} />
      <Patterns />
      <Answer of={loaded}>{({ entries, basis, more }) => {
        const shown = entries.slice(0, MOST);
        const window = windowOf(shown.flatMap(entry => daysOf(ruleRows(entry))), route.params);
        return (
          <>
            <BasisLine basis={basis} params={route.params} live={loaded.live} />
            {asked && shown.length > 0 && <Now entries={shown} day={route.params["valid"] || today()} />}
            {entries.length === 0 ? <Nothing params={route.params} text={words.noRules} /> : <BandLegend />}
            {shown.map(entry => <RuleSection key={entry.entryId} entry={entry} route={route} window={window} />)}
            {(more || entries.length > MOST) && <p class="faint">{words.cut(shown.length)}</p>}
          </>
        );
      }}</Answer>
      <CopyCall method="TimelineService/GetTimeline" request={{ query, ...askedTimes(route.params) }} />
    </>
  );
}

// How every gate stands on the day, before each is shown.
function Now({ entries, day }: { entries: Entry[]; day: string }) {
  const gates = entries.flatMap(({ exportRule: rule }) => {
    const gate = rule?.asked?.find(each => covers(each.valid, day))?.gate;
    return gate ? [gate] : [];
  });
  if (gates.length === 0) return null;
  return (
    <p class="headline" role="status">
      {words.onDay(dayWords(day))} {gates.map((gate, i) => <>{i > 0 && "; "}{gateName(gate)} <StateTag state={gate.state} /></>)}
    </p>
  );
}
