import { useState } from "preact/hooks";
import { Answer, CopyCall, EntityLink, ErrorBox, EventLink, EventLinks, Reason, Table } from "../parts";
import { call, CallError } from "../api";
import { dayWords, periodWords, spanWords } from "../days";
import { useLoad } from "../load";
import { names } from "../names";
import { href, type Route } from "../route";
import { useStore } from "../store";
import { T, withFigures } from "../text";
import { BasisLine, Times, askedTimes } from "../times";
import { titleOf } from "../titles";
import type { ChiplineEvent, EntryKey, ExplainedClaim, ExplainedValue, Explanation, Hop } from "../types";
import { words } from "../words";

const PAGE = 100;

// Only what a browser opens as a page.
function safeUrl(url: string | undefined): string | undefined {
  try {
    const parsed = new URL(url ?? "");
    return parsed.protocol === "https:" || parsed.protocol === "http:" ? parsed.href : undefined;
  } catch {
    return undefined;
  }
}

function HopLine({ hop }: { hop: Hop }) {
  const url = safeUrl(hop.url);
  return (
    <li>
      <T lang={hop.publisher?.language}>{hop.publisher?.mention || hop.publisher?.id}</T>{" "}
      <span class="faint">{words.enumWords(hop.relation)}{hop.published?.edtf && <>, {words.publishedBy} {periodWords(hop.published.edtf)}</>}</span>
      {url && <> · <a href={url} rel="noopener noreferrer" target="_blank">{words.report}: <T>{new URL(url).host}</T></a></>}
      {hop.verbatim && <blockquote lang={hop.language} dir="auto"><T>{hop.verbatim}</T></blockquote>}
    </li>
  );
}

// From the publisher nearest the reader to the first, then who knew it.
export function Chain({ event }: { event: ChiplineEvent | undefined }) {
  const { hops = [], origin } = event?.source ?? {};
  if (hops.length === 0 && !origin) return null;
  return (
    <ol class="chain" aria-label={words.chain}>
      {hops.map(hop => <HopLine hop={hop} />)}
      {origin && (
        <li>
          <span class="faint">{words.originWords}:</span> {words.enumWords(origin.kind)}
          {origin.name && <>, <T lang={origin.name.language}>{origin.name.mention || origin.name.id}</T></>}
          {origin.verbatim && <> “<T>{origin.verbatim}</T>”</>}
        </li>
      )}
    </ol>
  );
}

function Value({ value }: { value: ExplainedValue }) {
  return (
    <tr>
      <td><T>{value.field}</T>{value.valid && <div class="faint">{spanWords(value.valid)}</div>}</td>
      <td><strong><T>{withFigures(value.says) || words.unknown}</T></strong></td>
      <td>
        <Reason grounds={value.grounds} />
        {value.grounds?.eventIds && <div>{words.rests}: <EventLinks ids={value.grounds.eventIds} omitted={value.grounds.eventIdsOmitted} /></div>}
      </td>
      <td>
        <ul>{(value.setAside ?? []).map(each => (
          <li><EventLink id={each.eventId ?? ""} />: <T>{each.reason}</T>{each.byEventIds && <> ({words.becauseOf} <EventLinks ids={each.byEventIds} />)</>}</li>
        ))}</ul>
        {value.setAsideOmitted ? words.omitted(value.setAsideOmitted) : ""}
      </td>
      <td><ul>{(value.wouldChange ?? []).map(each => <li>{each.day && <strong>{dayWords(each.day)}: </strong>}<T>{withFigures(each.words)}</T></li>)}</ul></td>
    </tr>
  );
}

export function Claim({ claim }: { claim: ExplainedClaim }) {
  const event = claim.event?.event;
  const standing = words.enumWords(claim.summary?.standing);
  return (
    <article class={`claim ${claim.selected ? "chosen" : ""}`} aria-label={`${words.claim} ${event?.eventId ?? ""}`}>
      <h3 class="name">
        <EventLink id={event?.eventId ?? ""} />{" "}
        {claim.selected && <span class="tag good">{words.selected}</span>}{" "}
        {standing && <span class="tag faint">{standing}</span>}{" "}
        <span class="faint">{words.position(claim.event?.position ?? "")}{claim.summary?.published && <>, {words.publishedBy} {dayWords(claim.summary.published)}</>}</span>
      </h3>
      <p><T>{claim.explanation}</T>{claim.echoOf && <> {words.echoOf} <EventLink id={claim.echoOf} /></>}</p>
      {claim.summary?.scopeText && <p class="faint">“<T>{claim.summary.scopeText}</T>”</p>}
      <Chain event={event} />
    </article>
  );
}

function Subject({ entryKey }: { entryKey: EntryKey | undefined }) {
  const { capex, exportRule, chipOrder, chipSupply, usage, price } = entryKey ?? {};
  if (chipOrder) return <a href={href(["order", chipOrder.order ?? ""])}><T>{chipOrder.order}</T></a>;
  if (exportRule) return <><EntityLink kind="chip" id={exportRule.chip} /> → <EntityLink kind="place" id={exportRule.destination} /></>;
  if (chipSupply) return <EntityLink kind="chip" id={chipSupply.chip} />;
  if (price) return <EntityLink kind="chip" id={price.chip} />;
  if (usage) return <EntityLink kind="company" id={usage.company} />;
  return <>{(capex?.companies ?? []).map(id => <><EntityLink kind="company" id={id} /> </>)}</>;
}

export function WhyView({ route, id }: { route: Route; id: string }) {
  useStore(names);
  const { known } = askedTimes(route.params);
  const request = { entryId: id, ...(known ? { known } : {}) };
  const loaded = useLoad(
    signal => call<Explanation>("TimelineService/ExplainEntry", { ...request, pageSize: PAGE }, signal), [request]);
  return (
    <>
      <h1>{words.whyTitle}</h1>
      <Times route={route} valid={false} />
      <Answer of={loaded}>{data => (
        <>
          <h2 class="name">{titleOf(data.entry?.key, id)}</h2>
          <p class="faint"><T>{id}</T> · <Subject entryKey={data.entry?.key} /></p>
          <BasisLine basis={data.basis} params={route.params} live={false} />
          <p class="explanation"><T>{withFigures(data.explanation)}</T></p>
          <Table label={words.value} head={[words.value, words.says, words.why, words.setAside, words.wouldChange]}>
            {(data.values ?? []).map(value => <Value value={value} />)}
          </Table>
          {data.valuesOmitted ? <p class="faint">{words.valuesOmitted(data.valuesOmitted)}</p> : null}
          <h2>{words.claims}</h2>
          {(data.claims ?? []).map(claim => <Claim claim={claim} />)}
          {data.nextPageToken && <MoreClaims key={data.nextPageToken} request={request} first={data.nextPageToken} />}
        </>
      )}</Answer>
      <CopyCall method="TimelineService/ExplainEntry" request={request} />
    </>
  );
}

function MoreClaims({ request, first }: { request: object; first: string }) {
  const [claims, set] = useState<ExplainedClaim[]>([]);
  const [next, setNext] = useState(first);
  const [error, fail] = useState<CallError | undefined>();
  const more = () => call<Explanation>("TimelineService/ExplainEntry", { ...request, pageSize: PAGE, pageToken: next }).then(page => {
    set([...claims, ...(page.claims ?? [])]);
    setNext(page.nextPageToken ?? "");
    fail(undefined);
  }, cause => fail(cause instanceof CallError ? cause : new CallError("internal", String(cause))));
  return (
    <>
      {claims.map(claim => <Claim claim={claim} />)}
      {error && <ErrorBox error={error} />}
      {next && <button type="button" onClick={more}>{words.more}</button>}
    </>
  );
}
