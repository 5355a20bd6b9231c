import { useEffect, useState } from "preact/hooks";
import { Answer, CopyCall } from "../parts";
import { BandLegend, Patterns, daysOf } from "../pictures/bands";
import { windowOf } from "../pictures/scale";
import { names } from "../names";
import { change, type Route } from "../route";
import { useStore } from "../store";
import { useTimeline } from "../timeline";
import { BasisLine, Nothing, Times, askedTimes } from "../times";
import { words } from "../words";
import { RuleSection, ruleRows } from "./rule_section";

const MOST = 40;
const FIELDS = ["chip", "destination", "jurisdiction"] as const;

export function RulesView({ route }: { route: Route }) {
  useStore(names);
  const given = Object.fromEntries(FIELDS.filter(name => route.params[name]).map(name => [name, route.params[name]!]));
  return (
    <>
      <h1>{words.rules}</h1>
      <Asked route={route} />
      {Object.keys(given).length > 0 && <Rules key={JSON.stringify(given)} route={route} given={given} />}
    </>
  );
}

function Asked({ route }: { route: Route }) {
  const [draft, set] = useState(route.params);
  useEffect(() => set(route.params), FIELDS.map(name => route.params[name]));
  const labels = { chip: words.kinds["chip"], destination: words.kinds["place"], jurisdiction: words.ruleOf };
  return (
    <form class="times" aria-label={words.rules} onSubmit={event => {
      event.preventDefault();
      change(route, Object.fromEntries(FIELDS.map(name => [name, draft[name]?.trim() ?? ""])));
    }}>
      {FIELDS.map(name => (
        <label class="field">
          <span>{labels[name]}</span>
          <input type="text" dir="auto" name={name} value={draft[name] ?? ""}
            onInput={event => set({ ...draft, [name]: event.currentTarget.value })} />
        </label>
      ))}
      <span class="buttons"><button type="submit">{words.apply}</button></span>
    </form>
  );
}

function Rules({ route, given }: { route: Route; given: Record<string, string> }) {
  const query = { exportRule: given };
  const loaded = useTimeline(query, route.params);
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
