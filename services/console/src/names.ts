// The names of companies, chips and places, from the log's alias events: for search, and to show ids in
// the reader's language.

import { CallError, call, generation } from "./api";
import { Store } from "./store";
import type { EventsPage, Listing, ListingPage } from "./types";

// What the page reads at most, in pages of 1,000.
const PAGES = 20;
const PAGE = 1_000;
const BEHIND_MS = 1_000;

export interface Named {
  kind: string;
  id: string;
  names: { text: string; language: string }[];
}

export interface Names {
  entities: Map<string, Named>;
  // There are more timelines than were listed, or aliases that the caller may not read.
  partial: boolean;
  // The log has more alias events than were read; the next reading goes on there.
  more: boolean;
  listing: Listing[];
  // False: nothing has been read yet, which says nothing of what there is.
  known: boolean;
}

export const names = new Store<Names>({ entities: new Map(), partial: false, more: false, listing: [], known: false });
let read = 0n;
let reading: Promise<void> | undefined;

function entity(map: Map<string, Named>, kind: string, id: string | undefined): Named | undefined {
  if (!id) return undefined;
  const key = `${kind}/${id}`;
  let found = map.get(key);
  if (found === undefined) map.set(key, (found = { kind, id, names: [] }));
  return found;
}

async function readAliases(map: Map<string, Named>): Promise<boolean> {
  let pageToken = "";
  let last = read;
  for (let page = 0; page < PAGES; ++page) {
    const answer = await call<EventsPage>("EventLogService/ListEvents", {
      filter: { eventTypes: ["EVENT_TYPE_ALIAS_CHANGE"] }, pageSize: PAGE,
      ...(pageToken ? { pageToken } : { afterPosition: read.toString() }),
    });
    for (const { event, position } of answer.events ?? []) {
      last = BigInt(position ?? last);
      const change = event?.aliasChange;
      const kind = (change?.kind ?? "").replace("ENTITY_KIND_", "").toLowerCase();
      const named = entity(map, kind, change?.entity);
      if (!named || !change?.alias) continue;
      if (change.change === "ALIAS_OPERATION_ADD") {
        named.names = named.names.filter(name => name.text !== change.alias);
        named.names.push({ text: change.alias, language: change.language ?? "" });
      } else {
        // However it is written.
        const same = folded(change.alias);
        named.names = named.names.filter(name => folded(name.text) !== same);
      }
    }
    pageToken = answer.nextPageToken ?? "";
    if (pageToken === "") {
      read = BigInt(answer.headPosition ?? 0);
      return false;
    }
  }
  // The next time goes on there.
  read = last;
  return true;
}

// Without a caller who may read the aliases, there are the ids.
async function readAliasesIfGranted(map: Map<string, Named>): Promise<{ more: boolean; denied: boolean }> {
  try {
    return { more: await readAliases(map), denied: false };
  } catch (cause) {
    if (cause instanceof CallError && cause.code === "permission_denied") return { more: false, denied: true };
    throw cause;
  }
}

export interface Listed { listing: Listing[]; partial: boolean; position: bigint }

export async function list(prefix: string, pages = 5, signal?: AbortSignal): Promise<Listed> {
  const listing: Listing[] = [];
  let position = 0n;
  let pageToken = "";
  for (let page = 0; page < pages; ++page) {
    const answer = await call<ListingPage>("TimelineService/ListTimelines", { prefix, pageSize: 1000, pageToken }, signal);
    listing.push(...(answer.timelines ?? []));
    position = BigInt(answer.basis?.position ?? 0);
    pageToken = answer.nextPageToken ?? "";
    if (pageToken === "") return { listing, partial: false, position };
  }
  return { listing, partial: true, position };
}

function enter(map: Map<string, Named>, listing: Listing[]) {
  for (const { key } of listing) {
    for (const id of key?.capex?.companies ?? []) entity(map, "company", id);
    entity(map, "chip", key?.exportRule?.chip);
    entity(map, "place", key?.exportRule?.destination);
    entity(map, "place", key?.exportRule?.jurisdiction);
    entity(map, "chip", key?.chipSupply?.chip);
    entity(map, "company", key?.usage?.company);
    entity(map, "chip", key?.price?.chip);
    entity(map, "place", key?.price?.place);
    entity(map, "order", key?.chipOrder?.order);
  }
}

// Reads what has been appended since the last time. Calls at the same time share one reading.
export function refreshNames(): Promise<void> {
  if (reading) return reading;
  const mine = generation.value;
  const began = (async () => {
    const map = new Map(names.value.entities);
    const { more, denied } = await readAliasesIfGranted(map);
    if (mine !== generation.value) return;
    // Names can be found before all timelines have been listed.
    names.set({ ...names.value, entities: new Map(map), more });
    const { listing, partial, position } = await list("");
    if (mine !== generation.value) return;
    enter(map, listing);
    names.set({ entities: map, partial: denied || partial, more, listing, known: true });
    // Timelines follow the log a moment later.
    if (position < read) setTimeout(() => void refreshNames().catch(() => undefined), BEHIND_MS);
  })().finally(() => {
    if (reading === began) reading = undefined;
  });
  return (reading = began);
}

// After another log or another token.
export function forgetNames() {
  read = 0n;
  reading = undefined;
  names.set({ entities: new Map(), partial: false, more: false, listing: [], known: false });
}

// The name in the reader's language, else one without a language, else any; the id if it has none. Codes
// of places ("CN") come last.
export function nameOf(kind: string, id: string | undefined): string {
  if (!id) return "";
  const all = names.value.entities.get(`${kind}/${id}`)?.names ?? [];
  const first = (language: string, codes: boolean) =>
    all.find(name => name.language === language && (codes || kind !== "place" || name.text.length > 3))?.text;
  const language = (navigator.language || "en").split("-")[0]!;
  return first(language, false) ?? first("", false) ?? first("", true) ?? all[0]?.text ?? id;
}

// As services/values/fold_key.h tells names apart: not by case, width, spaces, hyphens, dots, what cannot
// be seen, or how Arabic seats a hamza.
const UNCOUNTED = /[\s\p{Pd}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u2212\u00b7\u2027\u30fb\u0640\u0621\u0674]|(?=\p{Script_Extensions=Arabic})\p{M}/gu;
const SEATS: [RegExp, string][] = [
  [/[\u0622\u0623\u0625\u0671-\u0673\u0675]/g, "\u0627"], [/[\u0624\u0676]/g, "\u0648"],
  [/[\u0626\u0649\u0678\u06cc\u06d2\u06d3]/g, "\u064a"], [/[\u0629\u06be\u06c0-\u06c3\u06d5]/g, "\u0647"], [/\u06a9/g, "\u0643"],
  [/[\u2018\u2019\u02bc]/g, "'"],
];

function folded(text: string): string {
  const seen = text.normalize("NFKC").toLowerCase().normalize("NFKC");
  return SEATS.reduce((rest, [from, to]) => rest.replace(from, to), seen).replace(UNCOUNTED, "");
}

function plain(text: string): string {
  return text.normalize("NFKD").replace(/[\p{M}\s_-]/gu, "").toLowerCase();
}

// Those that have `text` in an id or a name, those that begin with it first.
export function find(text: string): { named: Named; hit: string }[] {
  const wanted = plain(text);
  if (wanted === "") return [];
  const found: { named: Named; hit: string; rank: number }[] = [];
  for (const named of names.value.entities.values()) {
    let best: { hit: string; rank: number } | undefined;
    for (const hit of [...named.names.map(name => name.text), named.id]) {
      const at = plain(hit).indexOf(wanted);
      if (at < 0) continue;
      const rank = (at > 0 ? 1000 : 0) + hit.length;
      if (best === undefined || rank < best.rank) best = { hit, rank };
    }
    if (best) found.push({ named, ...best });
  }
  return found.sort((a, b) => a.rank - b.rank || (a.named.id < b.named.id ? -1 : 1));
}
