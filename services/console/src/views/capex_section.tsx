import { Agreement, Reason, Source, Still, Table, WhyLink, sourceText } from "../parts";
import { amountExtent, amountWords, count, magnitude, nanosOf, numberOf, ratioWords } from "../figures";
import { dayNumber, dayWords } from "../days";
import { Plot, type Point, type Role } from "../pictures/plot";
import type { Window } from "../pictures/scale";
import type { Route } from "../route";
import { T, visible } from "../text";
import { titleOf } from "../titles";
import type { AmountFigure, Capex, Entry } from "../types";
import { words } from "../words";

export function figureWords(figure: AmountFigure): string {
  const basis = words.enumWords(figure.basis);
  return amountWords(figure.amount) + (basis ? ` (${basis})` : "") + (figure.grounds?.derived ? `, ${words.computed}` : "");
}

interface Line { figure: AmountFigure; role: Role; verdict: string }

function linesOf(capex: Capex): Line[] {
  const lines: Line[] = [];
  if (capex.selected) lines.push({ figure: capex.selected, role: "chosen", verdict: words.selected });
  for (const figure of capex.alternatives ?? []) {
    lines.push({ figure, role: figure.agrees ? "agrees" : "differs", verdict: figure.agrees ? words.agrees : words.differs });
  }
  for (const figure of capex.revisions ?? []) {
    lines.push({ figure, role: "ended", verdict: words.enumWords(figure.claim?.standing) || words.ended });
  }
  for (const figure of capex.unquantified ?? []) lines.push({ figure, role: "agrees", verdict: words.noFigure });
  return lines;
}

// Figures in another currency than the selected one have no place on its axis.
function pointOf({ figure, role, verdict }: Line, currency: string, entry: Entry): Point {
  const basisClass = entry.key?.capex?.basisClass;
  return {
    day: figure.claim?.published,
    extent: figure.amount?.currency === currency ? amountExtent(figure.amount) : undefined,
    role, verdict,
    fact: basisClass === "BASIS_CLASS_ACTUAL",
    forecast: basisClass === "BASIS_CLASS_FORWARD",
    headline: figureWords(figure),
    source: sourceText(figure.claim),
    eventId: figure.claim?.eventId ?? figure.grounds?.eventIds?.[0] ?? "",
    endedBy: figure.claim?.endedBy ?? "",
  };
}

export function capexDays(entry: Entry): (number | undefined)[] {
  return linesOf(entry.capex ?? {}).map(line => dayNumber(line.figure.claim?.published));
}

// All figures at a glance, before the picture of each.
export function CapexTable({ entries, params }: { entries: Entry[]; params: Record<string, string> }) {
  return (
    <Table label={words.spending} head={[words.figureOf, words.selected, words.claims, words.why]}>
      {entries.map(entry => (
        <tr>
          <td>{titleOf(entry.key, entry.entryId)}</td>
          <td>{entry.capex?.selected ? <strong>{figureWords(entry.capex.selected)}</strong> : <span class="faint">{words.noFigure}</span>}</td>
          <td><Agreement of={entry.capex?.agreement} /> {words.nClaims(entry.claimCount ?? 0)}</td>
          <td><WhyLink entryId={entry.entryId} params={params} /></td>
        </tr>
      ))}
    </Table>
  );
}

export function CapexSection({ entry, route, window }: { entry: Entry; route: Route; window: Window }) {
  const capex = entry.capex ?? {};
  const lines = linesOf(capex);
  const currency = capex.selected?.amount?.currency ?? capex.revisions?.[0]?.amount?.currency ?? "";
  const title = titleOf(entry.key, entry.entryId);
  const omitted = (capex.alternativesOmitted ?? 0) + (capex.revisionsOmitted ?? 0) + (capex.unquantifiedOmitted ?? 0);
  const envelope = (capex.alternatives?.length ?? 0) > 0 && capex.envelope
    ? {
        ...(capex.envelope.low ? { low: numberOf(capex.envelope.low) } : {}),
        ...(capex.envelope.high ? { high: numberOf(capex.envelope.high) } : {}),
      }
    : undefined;
  return (
    <section class="entry" aria-label={title}>
      <h3 class="name">{title} <Agreement of={capex.agreement} /></h3>
      <p class="headline">
        {capex.selected ? <strong>{figureWords(capex.selected)}</strong> : words.noSelected}
        {capex.independentRoots ? <span class="faint"> · {words.roots(capex.independentRoots)}</span> : null}
        <span class="faint"> · {words.nClaims(entry.claimCount ?? 0)}</span> · <WhyLink entryId={entry.entryId} params={route.params} />
      </p>
      <Plot route={route} window={window} points={lines.map(line => pointOf(line, currency, entry))} unit={visible(currency)} envelope={envelope} label={title} />
      {omitted > 0 && <p class="faint">{words.claimsOmitted(lines.length, count(String(entry.claimCount ?? 0)), envelope !== undefined)}</p>}
      <Still on={[entry]}>{() => (
        <>
          <Table label={`${words.table}: ${title}`} head={[words.figure, words.verdict, words.publishedOn, words.source, words.why]}>
            {lines.map(({ figure, verdict, role }) => (
              <tr class={role}>
                <td>{figureWords(figure)}</td>
                <td><span class={`v-${role}`}>{verdict}</span></td>
                <td>{dayWords(figure.claim?.published)}</td>
                <td><Source claim={figure.claim} />{figure.claim?.scopeText && <> “<T>{figure.claim.scopeText}</T>”</>}</td>
                <td><Reason grounds={figure.grounds} /></td>
              </tr>
            ))}
          </Table>
          <Notes capex={capex} />
        </>
      )}</Still>
    </section>
  );
}

// "growth 176 % on the year, as stated"
export function growthWords(capex: Capex): string[] {
  return (capex.growth ?? []).flatMap(growth => [
    growth.stated && words.growthStated(ratioWords(growth.stated)),
    growth.computed && words.growthComputed(ratioWords(growth.computed)),
  ].filter((text): text is string => Boolean(text)));
}

function Notes({ capex }: { capex: Capex }) {
  const notes = [
    ...(capex.conversions ?? []).map(({ conversion }) => words.impliedRate(
      `${conversion?.approximate ? words.about + " " : ""}${magnitude(nanosOf(conversion?.value))} ${visible(conversion?.currency ?? "")}`)),
    ...growthWords(capex),
  ];
  if (notes.length === 0) return null;
  return <ul class="notes">{notes.map(note => <li>{note}</li>)}</ul>;
}
