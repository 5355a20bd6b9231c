// The window of time that all pictures of a view share, the axis, and how one moves in it.

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { scaleUtc, type ScaleTime } from "d3-scale";
import { dayNumber, dayText, today } from "../days";
import { change, type Route } from "../route";
import { words } from "../words";

const MS_A_DAY = 86_400_000;
const LEAST_DAYS = 7;
// The days that an address and the log can name.
const FIRST_DAY = dayNumber("0001-01-01")!;
const LAST_DAY = dayNumber("9999-12-31")!;

export type Window = [from: number, to: number];
export type TimeScale = ScaleTime<number, number>;

export function timeScale([from, to]: Window, left: number, right: number): TimeScale {
  return scaleUtc([new Date(from * MS_A_DAY), new Date(to * MS_A_DAY)], [left, right]);
}

export function at(scale: TimeScale, day: number): number {
  return scale(new Date(day * MS_A_DAY));
}

// All days that there are, with room at both ends, or the window that the URL has.
export function windowOf(days: (number | undefined)[], params: Record<string, string>): Window {
  const known = days.filter((day): day is number => day !== undefined);
  const now = dayNumber(today())!;
  const least = known.length > 0 ? Math.min(...known) : now - 365;
  const most = known.length > 0 ? Math.max(...known) : now;
  const room = Math.max(20, (most - least) * 0.06);
  const from = dayNumber(params["from"]);
  const to = dayNumber(params["to"]);
  if (from !== undefined && to !== undefined && to - from >= LEAST_DAYS) return within(from, to);
  return [least - room, most + room];
}

// What of a window lies within the days that there are.
function within(from: number, to: number): Window {
  return [Math.max(FIRST_DAY, Math.min(from, LAST_DAY - LEAST_DAYS)), Math.min(LAST_DAY, Math.max(to, FIRST_DAY + LEAST_DAYS))];
}

// Its own width, as the page gives it.
export function useWidth(): [{ current: HTMLDivElement | null }, number] {
  const ref = useRef<HTMLDivElement>(null);
  const [width, set] = useState(0);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(() => set(Math.floor(element.clientWidth)));
    observer.observe(element);
    set(Math.floor(element.clientWidth));
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}

function move(route: Route, [from, to]: Window, zoom: number, shift: number) {
  const middle = (from + to) / 2 + (to - from) * shift;
  const half = Math.max(LEAST_DAYS, (to - from) * zoom) / 2;
  const [first, last] = within(Math.round(middle - half), Math.round(middle + half));
  change(route, { from: dayText(first), to: dayText(last) }, true);
}

const all = (route: Route) => change(route, { from: "", to: "" }, true);

// The picture with its buttons; keys do the same while the focus is within.
export function Frame({ route, window, label, children }: {
  route: Route; window: Window; label: string; children: ComponentChildren;
}) {
  const keys = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act: Record<string, () => void> = {
      "+": () => move(route, window, 0.5, 0), "=": () => move(route, window, 0.5, 0),
      "-": () => move(route, window, 2, 0), ArrowLeft: () => move(route, window, 1, -0.25),
      ArrowRight: () => move(route, window, 1, 0.25), "0": () => all(route),
    };
    const found = act[event.key];
    if (!found) return;
    event.preventDefault();
    found();
  };
  const button = (name: string, sign: string, act: () => void) => (
    <button type="button" class="quiet" title={name} aria-label={name} onClick={act}>{sign}</button>
  );
  return (
    <figure class="picture" aria-label={label} onKeyDown={keys}>
      <div class="tools" role="group" aria-label={words.pictureHelp} title={words.pictureHelp}>
        {button(words.zoomIn, "+", () => move(route, window, 0.5, 0))}
        {button(words.zoomOut, "−", () => move(route, window, 2, 0))}
        {button(words.earlier, "←", () => move(route, window, 1, -0.25))}
        {button(words.later, "→", () => move(route, window, 1, 0.25))}
        {button(words.zoomAll, words.all, () => all(route))}
      </div>
      {children}
    </figure>
  );
}

// "2026" in January, else "Aug", else "15 Aug".
function tickWords(tick: Date): string {
  const options: Intl.DateTimeFormatOptions = tick.getUTCDate() > 1
    ? { day: "numeric", month: "short" } : tick.getUTCMonth() > 0 ? { month: "short" } : { year: "numeric" };
  return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" }).format(tick);
}

export function TimeAxis({ scale, top, bottom }: { scale: TimeScale; top: number; bottom: number }) {
  const [left, right] = scale.range() as [number, number];
  const ticks = scale.ticks(Math.max(2, Math.floor((right - left) / 90)));
  const now = at(scale, dayNumber(today())!);
  return (
    <g aria-hidden="true">
      {ticks.map(tick => (
        <>
          <line class="p-grid" x1={scale(tick)} x2={scale(tick)} y1={top} y2={bottom} />
          <text class="p-faint" x={scale(tick)} y={bottom + 16} text-anchor="middle">{tickWords(tick)}</text>
        </>
      ))}
      <line class="p-axis" x1={left} x2={right} y1={bottom} y2={bottom} />
      {now > left && now < right && (
        <>
          <line class="p-today" x1={now} x2={now} y1={top - 6} y2={bottom} />
          <text class="p-now" x={now} y={top - 9} text-anchor={now > right - 30 ? "end" : "middle"}>{words.todayMark}</text>
        </>
      )}
    </g>
  );
}
