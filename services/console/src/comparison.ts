// What Compare puts side by side: figures of one period, by what they are for.

import { nanosOf } from "./figures";
import { periodOf, whatFor } from "./titles";
import type { Amount, AmountFigure, CapexKey, Entry, Listing } from "./types";
import { words } from "./words";

// "calendar:2026", as the address has it.
export function periodId(key: CapexKey): string {
  return key.period ? `${(key.periodKind ?? "").replace("PERIOD_KIND_", "").toLowerCase()}:${key.period}` : "";
}

export interface Period { id: string; label: string; companies: Set<string> }

// Periods of which somebody reports spending, the latest first.
export function periodsOf(listing: Listing[]): Period[] {
  const found = new Map<string, Period>();
  for (const { key } of listing) {
    const id = key?.capex ? periodId(key.capex) : "";
    if (!key?.capex || id === "") continue;
    const period = found.get(id) ?? { id, label: periodOf(key.capex), companies: new Set<string>() };
    found.set(id, period);
    for (const company of key.capex.companies ?? []) period.companies.add(company);
  }
  return [...found.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
}

// Companies with spending, those with most claims first.
export function spenders(listing: Listing[]): string[] {
  const claims = new Map<string, number>();
  for (const { key, claimCount } of listing) {
    for (const id of key?.capex?.companies ?? []) claims.set(id, (claims.get(id) ?? 0) + (claimCount ?? 0));
  }
  return [...claims].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([id]) => id);
}

// The period in which most of them have a figure.
export function commonest(periods: Period[], companies: string[]): string {
  const having = (period: Period) =>
    companies.length === 0 ? period.companies.size : companies.filter(id => period.companies.has(id)).length;
  return periods.reduce<Period | undefined>((best, each) => (best && having(best) >= having(each) ? best : each), undefined)?.id ?? "";
}

export interface Row { companies: string[]; guidance: Entry[]; actual: Entry[]; ongoing: Entry[] }
export interface Group { what: string; rows: Row[] }

const COLUMNS: Record<string, "guidance" | "actual" | "ongoing"> = {
  BASIS_CLASS_FORWARD: "guidance", BASIS_CLASS_ACTUAL: "actual", BASIS_CLASS_ONGOING: "ongoing",
};

// What most companies have comes first; in it the companies as they were chosen, then figures of several together.
export function groupsOf(entries: Entry[], companies: string[]): Group[] {
  const groups = new Map<string, Map<string, Row>>();
  for (const entry of entries) {
    const key = entry.key?.capex ?? {};
    const column = COLUMNS[key.basisClass ?? ""];
    if (!column) continue;
    const what = whatFor(key);
    const rows = groups.get(what) ?? new Map<string, Row>();
    groups.set(what, rows);
    const whose = (key.companies ?? []).join("+");
    const row = rows.get(whose) ?? { companies: key.companies ?? [], guidance: [], actual: [], ongoing: [] };
    rows.set(whose, row);
    row[column].push(entry);
  }
  const place = (row: Row) => (row.companies.length > 1 ? companies.length : companies.indexOf(row.companies[0]!));
  return [...groups].map(([what, rows]) => ({ what, rows: [...rows.values()].sort((a, b) => place(a) - place(b)) }))
    .sort((a, b) => b.rows.length - a.rows.length || (a.what < b.what ? -1 : 1));
}

// Entries of other periods that share days with this one.
export function touching(entries: Entry[], period: string): Entry[] {
  const span = entries.find(each => periodId(each.key?.capex ?? {}) === period && each.capex?.validFrom)?.capex;
  if (!span) return [];
  return entries.filter(({ key, capex }) => periodId(key?.capex ?? {}) !== period && capex?.validFrom && capex.validTo &&
    capex.validFrom < span.validTo! && span.validFrom! < capex.validTo);
}

// Where a figure surely is; either end may be open.
function ends(amount: Amount): { low?: bigint; high?: bigint } | undefined {
  switch (amount.bound) {
    case "BOUND_EXACT": return { low: nanosOf(amount.value), high: nanosOf(amount.value) };
    case "BOUND_AT_LEAST": return { low: nanosOf(amount.low) };
    case "BOUND_AT_MOST": return { high: nanosOf(amount.high) };
    case "BOUND_RANGE": return { low: nanosOf(amount.low), high: nanosOf(amount.high) };
    default: return undefined;
  }
}

// How what was spent stands to what was planned: `by` if both are exact figures.
export interface Against { words: string; by?: bigint }

export function against(actual: AmountFigure | undefined, guidance: AmountFigure | undefined): Against | undefined {
  if (!actual?.amount || !guidance?.amount) return undefined;
  if (actual.amount.currency !== guidance.amount.currency) return { words: words.otherCurrency };
  if (actual.amount.approximate || guidance.amount.approximate) return { words: words.onlyAbout };
  const is = ends(actual.amount);
  const was = ends(guidance.amount);
  if (!is || !was) return { words: words.notTold };
  if (is.low !== undefined && was.high !== undefined && is.low > was.high) {
    return { words: words.above, ...(is.low === is.high && was.low === was.high ? { by: is.low - was.high } : {}) };
  }
  if (is.high !== undefined && was.low !== undefined && is.high < was.low) {
    return { words: words.below, ...(is.low === is.high && was.low === was.high ? { by: was.low - is.high } : {}) };
  }
  const within = (was.low === undefined || (is.low !== undefined && is.low >= was.low)) &&
    (was.high === undefined || (is.high !== undefined && is.high <= was.high));
  return { words: within ? words.asGuided : words.notTold };
}
