// Days stay days, in UTC as the log has them; instants are shown in the reader's zone with UTC beside.

import { words } from "./words";
import type { Interval } from "./types";

const MS_A_DAY = 86_400_000;

export function dayNumber(day: string | undefined): number | undefined {
  if (!day) return undefined;
  const time = Date.parse(day + "T00:00:00Z");
  return Number.isNaN(time) ? undefined : time / MS_A_DAY;
}

export function dayText(number: number): string {
  return new Date(number * MS_A_DAY).toISOString().slice(0, 10);
}

export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

const dayFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

export function dayWords(day: string | undefined): string {
  const number = dayNumber(day);
  return number === undefined ? (day ?? "") : dayFormat.format(new Date(number * MS_A_DAY));
}

export function spanWords(span: Interval | undefined): string {
  if (span?.from && span.to) return `${dayWords(span.from)} ${words.until} ${dayWords(span.to)}`;
  if (span?.from) return `${words.from} ${dayWords(span.from)}`;
  if (span?.to) return `${words.until} ${dayWords(span.to)}`;
  return words.always;
}

// Whether a day lies in a span, whose end is not in it.
export function covers(span: Interval | undefined, day: string): boolean {
  return (!span?.from || span.from <= day) && (!span?.to || day < span.to);
}

// EDTF: 2026, 2024-08, a quarter 2024-33 to 36, a half 2024-40 and 41, intervals.
export function periodWords(edtf: string | undefined): string {
  if (!edtf) return "";
  return edtf.split("/").map(point => {
    const mark = /[~?%]$/.exec(point)?.[0];
    const plain = mark ? point.slice(0, -1) : point;
    return (mark === "~" ? words.about + " " : mark ? words.perhaps + " " : "") + pointWords(plain);
  }).join(" – ");
}

function pointWords(point: string): string {
  if (point === "..") return "…";
  const match = /^(\d{4})-(\d\d)(-\d\d)?$/.exec(point);
  if (!match) return point;
  if (match[3]) return dayWords(point);
  const second = Number(match[2]);
  if (second >= 33 && second <= 36) return `Q${second - 32} ${match[1]}`;
  if (second >= 40 && second <= 41) return `H${second - 39} ${match[1]}`;
  return new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" })
    .format(new Date(`${point}-01T00:00:00Z`));
}

const local = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const inUtc = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium", timeZone: "UTC" });

export function instantWords(time: string | undefined): string {
  if (!time) return words.unknown;
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  const utc = `${inUtc.format(date)} UTC`;
  return local.format(date) + " UTC" === utc ? utc : `${local.format(date)} (${utc})`;
}

export function Instant({ at }: { at: string | undefined }) {
  return <time dateTime={at}>{instantWords(at)}</time>;
}
