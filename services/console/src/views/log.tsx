import { useEffect, useState } from "preact/hooks";
import { Answer, CopyCall, EventLink, Table } from "../parts";
import { call, link } from "../api";
import { Instant } from "../days";
import { useLoad } from "../load";
import { change, href, type Route } from "../route";
import { follow } from "../stream";
import { useStore } from "../store";
import { T, visible } from "../text";
import type { EventsPage, Recorded } from "../types";
import { words } from "../words";
import { Chain } from "./why";

const PAGE = 50;
// One call looks at some 16,000 events; a page goes on so many times by itself.
const LOOKS = 8;
const TYPES = ["CAPEX_ANNOUNCEMENT", "EXPORT_RULE_CHANGE", "CHIP_ORDER", "CHIP_SUPPLY", "USAGE_REPORT", "ALIAS_CHANGE", "CLAIM_NOTICE",
  "PRICE_REPORT"];
const FIELDS = ["type", "subject", "company", "chip", "place"] as const;

function filterOf(params: Record<string, string>): object | undefined {
  const filter = {
    ...(params["type"] ? { eventTypes: [`EVENT_TYPE_${params["type"]}`] } : {}),
    ...(params["subject"] ? { subjectPatterns: [params["subject"]] } : {}),
    ...(params["company"] ? { companies: [params["company"]] } : {}),
    ...(params["chip"] ? { chips: [params["chip"]] } : {}),
    ...(params["place"] ? { jurisdictions: [params["place"]] } : {}),
  };
  return Object.keys(filter).length > 0 ? filter : undefined;
}

function requestOf(params: Record<string, string>): object {
  const filter = filterOf(params);
  // "after" is a page towards the end of the log, "before" one towards its beginning.
  const forward = params["after"] !== undefined;
  return {
    backward: !forward, afterPosition: params["after"] ?? params["before"] ?? "0", pageSize: PAGE, ...(filter ? { filter } : {}),
  };
}

// With `next`, nothing was found as far as that page.
interface Found { events: Recorded[]; more: boolean; head: string; next: string }

async function look(request: object, forward: boolean, from: string, signal: AbortSignal): Promise<Found> {
  let pageToken = from;
  const events: Recorded[] = [];
  let head = "0";
  for (let i = 0; i < LOOKS; ++i) {
    const page = await call<EventsPage>("EventLogService/ListEvents", { ...request, ...(pageToken ? { pageToken } : {}) }, signal);
    events.push(...(page.events ?? []));
    head = page.headPosition ?? head;
    pageToken = page.nextPageToken ?? "";
    if (events.length >= PAGE || pageToken === "") break;
  }
  // Newest first in either direction.
  if (forward) events.reverse();
  return { events, more: pageToken !== "", head, next: events.length === 0 ? pageToken : "" };
}

// What an event says, in a line.
function gist(event: Recorded["event"]): string {
  for (const [name, payload] of Object.entries(event ?? {})) {
    if (["eventId", "source", "links", "labels"].includes(name) || typeof payload !== "object" || payload === null) continue;
    const fields = payload as Record<string, unknown>;
    for (const field of ["scopeText", "text", "alias", "chipsText"]) if (typeof fields[field] === "string") return fields[field];
  }
  return "";
}

function kindOf(event: Recorded["event"]): string {
  const name = Object.keys(event ?? {}).find(each => !["eventId", "source", "links", "labels"].includes(each)) ?? "";
  return name.replace(/[A-Z]/g, letter => " " + letter.toLowerCase());
}

export function LogView({ route }: { route: Route }) {
  const { params } = route;
  const request = requestOf(params);
  const key = JSON.stringify(request);
  const [further, goOn] = useState({ key, from: "" });
  const from = further.key === key ? further.from : "";
  const loaded = useLoad(signal => look(request, params["after"] !== undefined, from, signal), [request, from]);
  const atEnd = params["before"] === undefined && params["after"] === undefined;
  const news = useNews(loaded.data?.head, filterOf(params));
  const first = loaded.data?.events[0]?.position;
  const last = loaded.data?.events.at(-1)?.position;
  const showNew = () => {
    goOn({ key, from: "" });
    if (atEnd) link.set({ ...link.value, round: link.value.round + 1 });
    else change(route, { before: "", after: "" });
  };
  return (
    <>
      <h1>{words.logTitle}</h1>
      <FilterForm route={route} />
      <div role="status">
        {news > 0 && (
          <p class="news">{words.logNew(news)}{" "}
            <button type="button" onClick={showNew}>{words.showNew}</button>
          </p>
        )}
      </div>
      <Answer of={loaded}>{data => (
        <>
          <Pager route={route} first={first} last={last} atEnd={atEnd} more={data.more} />
          {data.events.length === 0
            ? data.next === "" ? <p class="faint">{words.logEmpty}</p> : (
              <p class="faint">
                {words.logSearched} <button type="button" onClick={() => goOn({ key, from: data.next })}>{words.goOn}</button>
              </p>
            )
            : (
              <Table label={words.logTitle} head={["#", words.recorded, words.event, words.subject, words.logType, words.words]}>
                {data.events.map(each => (
                  <tr>
                    <td>{each.position}</td>
                    <td><Instant at={each.recordTime} /></td>
                    <td><EventLink id={each.event?.eventId ?? ""} /></td>
                    <td><a href={href(["log"], { subject: each.subject })}><T>{each.subject}</T></a></td>
                    <td>{kindOf(each.event)}</td>
                    <td dir="auto"><T>{gist(each.event)}</T></td>
                  </tr>
                ))}
              </Table>
            )}
          <Pager route={route} first={first} last={last} atEnd={atEnd} more={data.more} />
        </>
      )}</Answer>
      <CopyCall method="EventLogService/ListEvents" request={request} />
    </>
  );
}

function Pager({ route, first, last, atEnd, more }: {
  route: Route; first: string | undefined; last: string | undefined; atEnd: boolean; more: boolean;
}) {
  const forward = route.params["after"] !== undefined;
  const to = (params: Record<string, string>) => href(route.path, { ...route.params, before: "", after: "", ...params });
  return (
    <p class="pager">
      {!atEnd && <a href={to({})}>{words.newest}</a>}
      {!atEnd && first && (!forward || more) && <a href={to({ after: first })}>{words.newer}</a>}
      {last && last !== "1" && (forward || more) && <a href={to({ before: last })}>{words.older}</a>}
    </p>
  );
}

// How many events have come since `head`, by the page's stream.
function useNews(head: string | undefined, filter: object | undefined): number {
  const [news, set] = useState(0);
  const { round } = useStore(link);
  useEffect(() => {
    set(0);
    if (head === undefined) return;
    let resumeToken = "";
    return follow<{ resumeToken?: string; batch?: { events?: unknown[] } }>("SubscriptionService/Subscribe",
      () => ({ ...(resumeToken ? { resumeToken } : { afterPosition: head }), ...(filter ? { filter } : {}) }), step => {
        if (step.resumeToken) resumeToken = step.resumeToken;
        const more = step.batch?.events?.length ?? 0;
        if (more > 0) set(n => n + more);
      });
  }, [head, JSON.stringify(filter), round]);
  return news;
}

function FilterForm({ route }: { route: Route }) {
  const [draft, set] = useState(route.params);
  useEffect(() => set(route.params), FIELDS.map(name => route.params[name]));
  const apply = (next: Record<string, string>) =>
    change(route, { ...Object.fromEntries(FIELDS.map(name => [name, next[name]?.trim() ?? ""])), before: "", after: "" });
  const field = (name: string, label: string, hint?: string) => (
    <label class="field">
      <span>{label}</span>
      <input type="text" name={name} value={draft[name] ?? ""} placeholder={hint} onInput={event => set({ ...draft, [name]: event.currentTarget.value })} />
    </label>
  );
  return (
    <form class="times" aria-label={words.logFilter} onSubmit={event => { event.preventDefault(); apply(draft); }}>
      <label class="field">
        <span>{words.logType}</span>
        <select name="type" value={draft["type"] ?? ""} onChange={event => apply({ ...draft, type: event.currentTarget.value })}>
          <option value="">{words.anyType}</option>
          {TYPES.map(type => <option value={type}>{type.toLowerCase().replaceAll("_", " ")}</option>)}
        </select>
      </label>
      {field("subject", words.logSubject, words.logSubjectHint)}
      {field("company", words.logEntity)}
      {field("chip", words.logChip)}
      {field("place", words.logPlace)}
      <span class="buttons">
        <button type="submit">{words.apply}</button>
        {FIELDS.some(name => route.params[name]) && <button type="button" class="quiet" onClick={() => apply({})}>{words.clear}</button>}
      </span>
    </form>
  );
}

export function EventView({ id }: { id: string }) {
  const request = { eventId: id };
  const loaded = useLoad(signal => call<{ event?: Recorded }>("EventLogService/GetEvent", request, signal), [id]);
  return (
    <>
      <h1>{words.event} <T>{id}</T></h1>
      <Answer of={loaded}>{({ event }) => (
        <>
          <p>
            {words.position(event?.position ?? "")} · <Instant at={event?.recordTime} /> ·{" "}
            <a href={href(["log"], { subject: event?.subject })}><T>{event?.subject}</T></a>
          </p>
          <p dir="auto"><T>{gist(event?.event)}</T></p>
          <Chain event={event?.event} />
          {event?.event?.links && (
            <><h2>{words.links}</h2><ul>{event.event.links.map(each => <li>{words.enumWords(each.relation)} <EventLink id={each.eventId ?? ""} /></li>)}</ul></>
          )}
          <h2>{words.json}</h2>
          <pre class="json" tabIndex={0} aria-label={words.json}>{pretty(event)}</pre>
        </>
      )}</Answer>
      <CopyCall method="EventLogService/GetEvent" request={request} />
    </>
  );
}

// JSON whose line ends are ours and whose strings hide nothing.
function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2).split("\n").map(visible).join("\n");
}
