// What holds over time: a row a gate, an order or a rule, with a band for each span. Colours and hatching
// as in services/picture.

import { Frame, TimeAxis, at, timeScale, useWidth, type TimeScale, type Window } from "./scale";
import { dayNumber, spanWords, today } from "../days";
import type { Route } from "../route";
import { visible } from "../text";
import type { Interval } from "../types";
import { words } from "../words";

const ROW = 30;
const THIN = 18;
const GAP = 6;
const TOP = 32;
const POINT = 7;
// Of bands, in pixels.
const NARROW = 3;
const TOGETHER = 40;

export interface Span {
  valid: Interval | undefined;
  look: string;
  // On the band, if there is room.
  word: string;
  // What one reads by pointing at it, the days left out.
  title: string;
  // Why it is so, for a table that has the state beside it.
  why: string;
  outlined?: boolean;
  conflict?: boolean;
}
export interface Row { label: string; spans: Span[]; href?: string; thin?: boolean }

// Every day on which something changes, and today: what holds now is what one looks for first.
export function daysOf(rows: Row[]): (number | undefined)[] {
  const days = rows.flatMap(row => row.spans.flatMap(span => [dayNumber(span.valid?.from), dayNumber(span.valid?.to)]));
  return [...days, dayNumber(today())];
}

function bandPath(x: number, right: number, y: number, height: number, openLeft: boolean, openRight: boolean): string {
  const point = Math.min(POINT, (right - x) / 2);
  const a = x + (openLeft ? point : 0);
  const b = right - (openRight ? point : 0);
  return `M${a} ${y}L${b} ${y}` + (openRight ? `L${right} ${y + height / 2}` : "") + `L${b} ${y + height}L${a} ${y + height}` +
    (openLeft ? `L${x} ${y + height / 2}` : "") + "Z";
}

// A span with its place, or many that are too close to be drawn apart.
interface Placed { x: number; end: number; spans: Span[] }

// Spans that are narrower than NARROW are put together, up to TOGETHER wide.
function place(spans: Span[], scale: TimeScale, left: number, right: number): Placed[] {
  const placed: Placed[] = [];
  for (const span of spans) {
    const from = dayNumber(span.valid?.from);
    const to = dayNumber(span.valid?.to);
    const x = Math.max(left, from === undefined ? left : at(scale, from));
    const end = Math.min(right, to === undefined ? right : at(scale, to));
    if (end <= left || x >= right || end <= x) continue;
    const last = placed.at(-1);
    const joins = last && end - x < NARROW && x - last.end < 1 && end - last.x <= TOGETHER &&
      (last.spans.length > 1 || last.end - last.x < NARROW);
    if (!joins) placed.push({ x, end, spans: [span] });
    else {
      last.end = end;
      last.spans.push(span);
    }
  }
  return placed;
}

// "25 changes, too close to be drawn apart; zoom in: denied 13, not required 12"
function manyWords(spans: Span[]): string {
  const counts = new Map<string, number>();
  for (const { word } of spans) counts.set(word, (counts.get(word) ?? 0) + 1);
  return `${words.changes(spans.length)}, ${words.tooClose}: ${[...counts].map(([word, n]) => `${word} ${n}`).join(", ")}`;
}

function Band({ placed, row, left, right, y, height }: {
  placed: Placed; row: Row; left: number; right: number; y: number; height: number;
}) {
  const { x, end, spans } = placed;
  const span = spans[0]!;
  const many = spans.length > 1;
  const valid: Interval = { ...(span.valid?.from ? { from: span.valid.from } : {}), ...(spans.at(-1)!.valid?.to ? { to: spans.at(-1)!.valid!.to! } : {}) };
  const look = many ? "many" : span.look;
  const path = bandPath(x + 0.75, Math.max(end - 0.75, x + 1.5), y, height, !valid.from || x === left, !valid.to || end === right);
  const title = `${visible(row.label)}, ${spanWords(valid)}: ${many ? manyWords(spans) : span.title}`;
  const body = (
    <>
      <title>{title}</title>
      <path class={`s-${look}`} d={path} />
      <path fill={`url(#chipline-${look})`} d={path} />
      {!many && span.outlined && <path class="p-outline" d={path} />}
      {spans.some(each => each.conflict) && <rect class="m-differs" x={x + 1} y={y - 4} width={Math.max(1, end - x - 2)} height={3} />}
      {!many && span.word.length * 7.4 + 16 < end - x && (
        <text aria-hidden="true" class={`t-${look}`} x={(x + end) / 2} y={y + height / 2 + 4.5} text-anchor="middle">{span.word}</text>
      )}
    </>
  );
  if (!row.href) return <g role="img" tabIndex={0} aria-label={title} class="mark">{body}</g>;
  return <a href={row.href} class="mark">{body}</a>;
}

export function Bands({ route, window, rows, label }: { route: Route; window: Window; rows: Row[]; label: string }) {
  const [ref, width] = useWidth();
  // Beside the rows where there is room, else above each.
  const beside = width >= 640;
  const left = beside ? Math.min(300, width * 0.3) : 0;
  const labels = beside ? 0 : 16;
  const right = Math.max(left + 50, width - 2);
  const scale = timeScale(window, left, right);
  let y = TOP;
  const places = rows.map(row => {
    const place = y + labels;
    y = place + (row.thin ? THIN : ROW) + GAP;
    return place;
  });
  const room = Math.floor(left / 6.6);
  return (
    <Frame route={route} window={window} label={words.picture(label)}>
      <div ref={ref}>
        {width > 0 && (
          <svg width={width} height={y + 22} role="group" aria-label={label}>
            <TimeAxis scale={scale} top={TOP - 6} bottom={y} />
            {rows.map((row, i) => {
              const text = beside && row.label.length > room ? row.label.slice(0, room - 1) + "…" : row.label;
              const height = row.thin ? THIN : ROW;
              return (
                <>
                  <text class={row.thin ? "p-faint" : "p-ink"} x={0} y={beside ? places[i]! + height / 2 + 4.5 : places[i]! - 4}>
                    <title>{visible(row.label)}</title>{`\u2068${visible(text)}\u2069`}
                  </text>
                  {place(row.spans, scale, left, right).map(placed => (
                    <Band placed={placed} row={row} left={left} right={right} y={places[i]!} height={height} />
                  ))}
                </>
              );
            })}
          </svg>
        )}
      </div>
    </Frame>
  );
}

const LOOKS: [string, string][] = [
  ["denied", "denied · blocked"], ["pending", "pending · waiting"], ["conditional", "conditional · cleared if"],
  ["satisfied", "satisfied · cleared"], ["free", "not required"], ["unknown", "unknown"], ["many", words.manyChanges],
];

export function BandLegend() {
  return (
    <ul class="legend" aria-label={words.legend}>
      {LOOKS.map(([look, text]) => (
        <li>
          <svg width="26" height="16" aria-hidden="true">
            <rect class={`s-${look}`} x="1" y="1" width="24" height="14" />
            <rect fill={`url(#chipline-${look})`} x="1" y="1" width="24" height="14" />
          </svg>{text}
        </li>
      ))}
      <li>
        <svg width="26" height="16" aria-hidden="true">
          <rect class="s-unknown" x="1" y="1" width="24" height="14" /><rect class="p-outline" x="1" y="1" width="24" height="14" />
        </svg>{words.dayUnknown}
      </li>
      <li>
        <svg width="26" height="16" aria-hidden="true">
          <rect class="s-unknown" x="1" y="4" width="24" height="11" /><rect class="m-differs" x="1" y="0" width="24" height="3" />
        </svg>{words.conflict}
      </li>
    </ul>
  );
}

// Once a page: what the bands are hatched with.
export function Patterns() {
  return (
    <svg class="defs" width="0" height="0" aria-hidden="true">
      <defs>
        <pattern id="chipline-denied" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="l-denied" x1="0" y1="0" x2="0" y2="8" /></pattern>
        <pattern id="chipline-pending" width="8" height="7" patternUnits="userSpaceOnUse"><line class="l-pending" x1="0" y1="3.5" x2="8" y2="3.5" /></pattern>
        <pattern id="chipline-conditional" width="9" height="9" patternUnits="userSpaceOnUse"><line class="l-conditional" x1="4.5" y1="0" x2="4.5" y2="9" /></pattern>
        <pattern id="chipline-satisfied" width="8" height="8" patternUnits="userSpaceOnUse" />
        <pattern id="chipline-free" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><line class="l-free" x1="0" y1="0" x2="0" y2="9" /></pattern>
        <pattern id="chipline-many" width="3" height="8" patternUnits="userSpaceOnUse"><line class="l-many" x1="1.5" y1="0" x2="1.5" y2="8" /></pattern>
        <pattern id="chipline-unknown" width="7" height="7" patternUnits="userSpaceOnUse"><circle class="l-unknown" cx="3.5" cy="3.5" r="0.9" /></pattern>
      </defs>
    </svg>
  );
}
