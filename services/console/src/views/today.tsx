import { useEffect, useRef, useState } from "preact/hooks";
import { Agreement, Answer, ErrorBox, EventLink, Source, StateTag, WhyLink, stateLook } from "../parts";
import { call } from "../api";
import { useAppends } from "../appends";
import { amountWords, count, quantityWords } from "../figures";
import { covers, dayNumber, dayText, dayWords, spanWords, today } from "../days";
import { useKept, useLoad } from "../load";
import { list, names } from "../names";
import { href } from "../route";
import { useStore } from "../store";
import { T, visible } from "../text";
import { readTimeline } from "../timeline";
import { titleOf } from "../titles";
import type { Entry, Explanation, Listing, Recorded } from "../types";
import { words } from "../words";
import { OrderFacts, intervalText, intervalWhy } from "./order_section";

const CHANGES = 12;
const SOON_DAYS = 90;
// Of companies, jurisdictions and buyers together, one call each.
const QUERIES = 60;
// The page is made anew at most so often while much is appended.
const EVERY_MS = 500;
const BEHIND_MS = 500;

// What an entry says today, in a line.
function says(entry: Entry | undefined): string {
  if (!entry) return "";
  const now = today();
  if (entry.capex) return entry.capex.selected ? amountWords(entry.capex.selected.amount) : words.noSelected;
  if (entry.chipOrder) {
    const interval = entry.chipOrder.intervals?.find(each => covers(each.valid, now));
    const stage = entry.chipOrder.stages?.at(-1);
    return (interval ? intervalText(interval) : words.unknown) +
      (stage ? `; ${words.enumWords(stage.stage)}: ${quantityWords(stage.selected?.quantity)}` : "");
  }
  if (entry.exportRule) {
    const general = entry.exportRule.intervals?.find(each => covers(each.valid, now))?.general;
    const gate = words.enumWords(general?.gate) || words.unknown;
    const effect = words.enumWords(general?.effect);
    return effect && effect !== gate ? `${gate} (${effect})` : gate;
  }
  if (entry.price) return amountWords(entry.price.readings?.at(-1)?.selected?.amount);
  if (entry.usage) return quantityWords(entry.usage.readings?.at(-1)?.selected?.quantity);
  if (entry.chipSupply) {
    return (entry.chipSupply.holders ?? []).filter(each => each.selected)
      .map(each => `${visible(each.holder ?? "")} ${words.enumWords(each.metric)} ${quantityWords(each.selected?.quantity)}`).join("; ") || words.noFigure;
  }
  return words.unknown;
}

interface Change { listing: Listing; before: Entry | undefined; after: Entry | undefined; event: Recorded | undefined }

async function entryAt(entryId: string, position: bigint, signal: AbortSignal): Promise<Entry | undefined> {
  if (position < 1n) return undefined;
  try {
    const request = { entryId, known: { position: position.toString() }, pageSize: 1 };
    return (await call<Explanation>("TimelineService/ExplainEntry", request, signal)).entry;
  } catch (cause) {
    // It was not there yet.
    if ((cause as { code?: string }).code === "not_found") return undefined;
    throw cause;
  }
}

// An append is one step: what was before it is as of the position before its first event.
async function changeOf(listing: Listing, signal: AbortSignal): Promise<Change> {
  const position = BigInt(listing.lastPosition ?? 0);
  const { event } = await call<{ event?: Recorded & { appendFirstPosition?: string; appendSize?: number } }>(
    "EventLogService/GetEvent", { position: position.toString() }, signal);
  const first = BigInt(event?.appendFirstPosition ?? position);
  const [before, after] = await Promise.all([
    entryAt(listing.entryId, first - 1n, signal), entryAt(listing.entryId, first + BigInt(event?.appendSize ?? 1) - 1n, signal)]);
  return { listing, before, after, event };
}

interface Gathered { entries: Entry[]; asked: number; all: number }

// Every entry by as few calls as there are companies, jurisdictions and buyers.
async function gather(listing: Listing[], signal: AbortSignal): Promise<Gathered> {
  const queries = new Map<string, object>();
  for (const { key } of listing) {
    const company = key?.capex?.companies?.[0];
    const jurisdiction = key?.exportRule?.jurisdiction;
    const order = key?.chipOrder?.order;
    if (order) {
      const buyer = order.split(".")[1]?.split("+")[0] ?? "";
      queries.set(`order/${buyer}`, { chipOrder: { buyer } });
    }
    if (jurisdiction) queries.set(`rule/${jurisdiction}`, { exportRule: { jurisdiction } });
    if (company) queries.set(`capex/${company}`, { capex: { company } });
  }
  // Orders first: what is held up matters most.
  const sorted = [...queries].sort(([a], [b]) => rank(a) - rank(b)).slice(0, QUERIES).map(([, query]) => query);
  const answers = await Promise.all(sorted.map(query => readTimeline(query, {}, signal, { pages: 2 })));
  const entries = new Map(answers.flatMap(answer => answer.entries).map(entry => [entry.entryId, entry]));
  return { entries: [...entries.values()], asked: sorted.length, all: queries.size };
}

const rank = (name: string) => ["order", "rule", "capex"].indexOf(name.split("/")[0]!);

interface Soon { day: string; entry: Entry; before: string; after: string }

function soonOf(entries: Entry[]): Soon[] {
  const now = today();
  const end = dayText(dayNumber(now)! + SOON_DAYS);
  const soon: Soon[] = [];
  for (const entry of entries) {
    const say = (i: number) => entry.exportRule
      ? words.enumWords(entry.exportRule.intervals?.[i]?.general?.gate) : words.enumWords(entry.chipOrder?.intervals?.[i]?.state);
    (entry.exportRule?.intervals ?? entry.chipOrder?.intervals ?? []).forEach((interval, i) => {
      const day = interval.valid?.from ?? "";
      if (day > now && day <= end) soon.push({ day, entry, before: say(i - 1) || words.unknown, after: say(i) || words.unknown });
    });
  }
  return soon.sort((a, b) => (a.day < b.day ? -1 : 1));
}

function isInConflict(entry: Entry): boolean {
  const conflicting = "AGREEMENT_CONFLICTING";
  const now = entry.exportRule?.intervals?.find(each => covers(each.valid, today()));
  return entry.capex?.agreement === conflicting || now?.agreement === conflicting ||
    (entry.chipOrder?.stages ?? []).some(stage => stage.agreement === conflicting) ||
    entry.chipOrder?.valueAgreement === conflicting || entry.chipOrder?.unitPriceAgreement === conflicting;
}

// Where an entry has its picture.
function viewOf(entry: { entryId: string; key?: Listing["key"] }): string {
  const { capex, exportRule: rule, chipOrder, chipSupply, usage, price } = entry.key ?? {};
  if (chipOrder) return href(["order", chipOrder.order ?? ""]);
  if (rule) return href(["rules"], { chip: rule.chip, destination: rule.destination, jurisdiction: rule.jurisdiction });
  if (chipSupply) return href(["chip", chipSupply.chip ?? ""]);
  if (price) return href(["chip", price.chip ?? ""]);
  return href(["company", capex?.companies?.[0] ?? usage?.company ?? ""]);
}

function EntryLine({ entry }: { entry: { entryId: string; key?: Listing["key"] } }) {
  return <><a href={viewOf(entry)}>{titleOf(entry.key, entry.entryId)}</a> · <WhyLink entryId={entry.entryId} /></>;
}

export function TodayView() {
  useStore(names);
  const read = useRef("0");
  const { position: appended } = useAppends(EVERY_MS, read);
  const [again, look] = useState(0);
  const listed = useLoad(async signal => {
    const { headPosition } = await call<{ headPosition?: string }>("EventLogService/GetHead", {}, signal);
    const all = await list("", 5, signal);
    return { ...all, behind: BigInt(headPosition ?? 0) - all.position };
  }, [appended, again]);
  const listing = useKept(listed.data);
  read.current = listing?.position.toString() ?? "0";
  useEffect(() => {
    // Timelines follow the log a moment later.
    if (!listed.data || listed.data.behind <= 0n) return;
    const timer = setTimeout(() => look(n => n + 1), BEHIND_MS);
    return () => clearTimeout(timer);
  }, [listed.data]);
  // Nothing is said to be absent before it is known what there is.
  const newest = [...(listing?.listing ?? [])]
    .sort((a, b) => Number(BigInt(b.lastPosition ?? 0) - BigInt(a.lastPosition ?? 0))).slice(0, CHANGES);
  const changes = useLoad(
    async signal => (listing ? Promise.all(newest.map(each => changeOf(each, signal))) : undefined), [newest.map(each => [each.entryId, each.lastPosition])]);
  const gathered = useLoad(
    async signal => (listing ? gather(listing.listing, signal) : undefined), [listing?.listing.map(each => each.lastPosition), today()]);
  const shown = { ...changes, data: useKept(changes.data) };
  const held = { ...gathered, data: useKept(gathered.data) };
  return (
    <>
      <h1>{words.todayTitle} <span class="faint">{dayWords(today())}</span></h1>
      {listed.error && <ErrorBox error={listed.error} />}
      {listing && listing.behind > 0n && <p class="caution">{words.behind(count(listing.behind.toString()), count(listing.position.toString()))}</p>}
      {listing && listing.listing.length === 0 && <p class="faint">{words.searchEmpty}</p>}
      <div class="two">
        <section aria-label={words.changed}>
          <h2>{words.changed}</h2>
          <p class="faint">{words.changedHint}</p>
          <Answer of={shown}>{data => <ul class="changes">{data.map(each => <ChangeLine key={each.listing.entryId} change={each} />)}</ul>}</Answer>
        </section>
        <div><Answer of={held}>{data => <States {...data} />}</Answer></div>
      </div>
      {listing?.partial && <p class="faint">{words.unlistedEntries}</p>}
    </>
  );
}

function ChangeLine({ change }: { change: Change }) {
  const before = says(change.before);
  const after = says(change.after);
  return (
    <li>
      <EntryLine entry={change.listing} />
      <div class="before-after">
        {before === after
          ? <span>{after} <span class="faint">({words.sameNow})</span></span>
          : before === "" ? <span><span class="faint">{words.isNew}: </span><strong>{after}</strong></span>
          : <><span><span class="faint">{words.before}: </span>{before}</span> <span><span class="faint">{words.after}: </span><strong>{after}</strong></span></>}
      </div>
      <div class="faint">{words.byEvents} <EventLink id={change.event?.event?.eventId ?? ""} />, {words.position(change.listing.lastPosition ?? "")}</div>
    </li>
  );
}

function States({ entries, asked, all }: Gathered) {
  const soon = soonOf(entries);
  const conflicts = entries.filter(isInConflict);
  const blocked = entries.flatMap(entry => {
    const interval = entry.chipOrder?.intervals?.find(each => covers(each.valid, today()));
    return interval && ["denied", "pending"].includes(stateLook(interval.state)) ? [{ entry, interval }] : [];
  });
  return (
    <>
      <h2>{words.blocked}</h2>
      {blocked.length === 0 && <p class="faint">{words.noBlocked}</p>}
      <ul class="changes">{blocked.map(({ entry, interval }) => (
        <li><EntryLine entry={entry} /><OrderFacts order={entry.chipOrder!} /><div><StateTag state={interval.state} /> {intervalWhy(interval)} <span class="faint">{spanWords(interval.valid)}</span></div></li>
      ))}</ul>
      <h2>{words.conflicts}</h2>
      {conflicts.length === 0 && <p class="faint">{words.noConflicts}</p>}
      <ul class="changes">{conflicts.map(entry => (
        <li>
          <EntryLine entry={entry} /> <Agreement of="AGREEMENT_CONFLICTING" />
          {entry.capex && (
            <ul>{[entry.capex.selected, ...(entry.capex.alternatives ?? [])].filter(each => each !== undefined).map(each => (
              <li>{amountWords(each.amount)} <span class="faint"><Source claim={each.claim} /></span></li>
            ))}</ul>
          )}
        </li>
      ))}</ul>
      <h2>{words.upcoming}</h2>
      {soon.length === 0 && <p class="faint">{words.noUpcoming}</p>}
      <ul class="changes">{soon.map(each => (
        <li><strong>{dayWords(each.day)}</strong> <EntryLine entry={each.entry} />: <T>{each.before}</T> → <strong>{each.after}</strong></li>
      ))}</ul>
      {asked < all && <p class="faint">{words.gathered(asked, all)}</p>}
    </>
  );
}
