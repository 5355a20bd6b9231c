// Figures by the day on which each was published, with marks as in services/picture: filled or hollow,
// round or square, struck through.

import { scaleLinear } from "d3-scale";
import { Frame, TimeAxis, at, timeScale, useWidth, type Window } from "./scale";
import { tick, type Extent } from "../figures";
import { dayNumber } from "../days";
import { href, type Route } from "../route";
import { visible } from "../text";
import { words } from "../words";

const LEFT = 64;
const TOP = 34;
const HEIGHT = 190;
const RADIUS = 6;
const REACH = 24;
// Marks closer than this are moved aside.
const CROWDED = 13;
// Below the axis of figures, for each claim without one.
const WITHOUT = 24;

export type Role = "chosen" | "agrees" | "differs" | "ended";
export interface Point {
  // The day it was surely public.
  day: string | undefined;
  extent: Extent | undefined;
  role: Role;
  fact: boolean;
  forecast: boolean;
  // What it says, and who said it.
  headline: string;
  source: string;
  verdict: string;
  eventId: string;
  endedBy: string;
}

function Dot({ x, y, point }: { x: number; y: number; point: Point }) {
  return (
    <>
      {point.fact
        ? <rect class={`m-${point.role}`} x={x - RADIUS + 0.5} y={y - RADIUS + 0.5} width={2 * RADIUS - 1} height={2 * RADIUS - 1} />
        : <circle class={`${point.forecast ? "f" : "m"}-${point.role}`} cx={x} cy={y} r={RADIUS} />}
      {point.role === "ended" && <line class="w-ended" x1={x - 9} y1={y + 9} x2={x + 9} y2={y - 9} />}
    </>
  );
}

export function Mark({ x, low, high, point }: { x: number; low?: number | undefined; high?: number | undefined; point: Point }) {
  const about = point.extent?.approximate ?? false;
  const line = `w-${point.role}${point.forecast ? " to-come" : ""}`;
  const cap = (y: number) => <line class={`w-${point.role}${about ? " open" : ""}`} x1={x - 7} x2={x + 7} y1={y} y2={y} />;
  const middle = ((low ?? high)! + (high ?? low)!) / 2;
  const halo = point.role === "chosen" ? <circle class="halo" cx={x} cy={middle} r={11} /> : null;
  if (low !== undefined && low === high) {
    return <>{halo}{about && <line class={`w-${point.role} open`} x1={x} x2={x} y1={low - 14} y2={low + 14} />}<Dot x={x} y={low} point={point} /></>;
  }
  if (low !== undefined && high !== undefined) {
    return <>{halo}<line class={line} x1={x} x2={x} y1={low} y2={high} />{cap(low)}{cap(high)}</>;
  }
  const way = low !== undefined ? -1 : 1;
  const tip = middle + way * REACH;
  return (
    <>
      {halo}<line class={line} x1={x} x2={x} y1={middle} y2={tip} />
      <path class={line} d={`M${x - 4.5} ${tip - way * 6}L${x} ${tip}L${x + 4.5} ${tip - way * 6}`} />{cap(middle)}
    </>
  );
}

function figuresOf(points: Point[], envelope: { low?: number; high?: number } | undefined): number[] {
  return [...points.flatMap(point => [point.extent?.low, point.extent?.high]), envelope?.low, envelope?.high]
    .filter((figure): figure is number => figure !== undefined);
}

export function Plot({ route, window, points, unit, envelope, label }: {
  route: Route; window: Window; points: Point[]; unit: string; envelope?: { low?: number; high?: number } | undefined; label: string;
}) {
  const [ref, width] = useWidth();
  const figures = figuresOf(points, envelope);
  const most = Math.max(...figures, 0);
  const least = Math.min(...figures, most);
  // From zero, unless the figures would then lie together at the top.
  const fromZero = figures.length < 2 || least < most * 0.6 || least === most;
  const bottom = figures.length > 0 ? TOP + HEIGHT : TOP;
  const y = scaleLinear([fromZero ? 0 : least - (most - least) * 0.3, most + (most - (fromZero ? 0 : least)) * 0.18 || 1], [bottom, TOP]);
  const right = Math.max(LEFT + 60, width - 14);
  const x = timeScale(window, LEFT, right);
  let without = 0;
  const taken: { x: number; y: number }[] = [];
  const placed = points.map(point => {
    const day = dayNumber(point.day);
    let px = day === undefined ? LEFT + 16 : at(x, day);
    const low = point.extent?.low === undefined ? undefined : y(point.extent.low);
    const high = point.extent?.high === undefined ? undefined : y(point.extent.high);
    const py = point.extent ? ((low ?? high)! + (high ?? low)!) / 2 : bottom + 20 + WITHOUT * without++;
    while (taken.some(other => Math.abs(other.x - px) < CROWDED && Math.abs(other.y - py) < 2 * RADIUS)) px += CROWDED + 1;
    taken.push({ x: px, y: py });
    return { point, x: px, y: py, low, high };
  }).filter(each => each.x >= LEFT - 1 && each.x <= right + CROWDED);
  const foot = bottom + WITHOUT * without + (without > 0 ? 10 : 0);
  const byEvent = new Map(placed.map(each => [each.point.eventId, each]));
  return (
    <Frame route={route} window={window} label={words.picture(label)}>
      <div ref={ref}>
        {width > 0 && (
          <svg width={width} height={foot + 24} role="group" aria-label={label}>
            <TimeAxis scale={x} top={TOP} bottom={foot} />
            {figures.length > 0 && (
              <g aria-hidden="true">
                {y.ticks(4).map(figure => (
                  <>
                    <line class="p-grid" x1={LEFT} x2={right} y1={y(figure)} y2={y(figure)} />
                    <text class="p-faint" x={LEFT - 8} y={y(figure) + 4} text-anchor="end">{tick(figure)}</text>
                  </>
                ))}
                <text class="p-ink" x={LEFT - 8} y={TOP - 14} text-anchor="end">{unit}</text>
                {!fromZero && <text class="p-caution" x={LEFT} y={TOP - 22}>{words.axisNotZero}</text>}
                {envelope?.low !== undefined && envelope.high !== undefined && envelope.high > envelope.low && (
                  <rect class="envelope" x={LEFT} width={right - LEFT} y={y(envelope.high)} height={y(envelope.low) - y(envelope.high)} />
                )}
              </g>
            )}
            {placed.filter(each => each.point.role === "chosen" && each.low !== undefined).map(each => (
              <line class="level" x1={LEFT} x2={right} y1={each.y} y2={each.y} />
            ))}
            {placed.map(each => {
              const next = byEvent.get(each.point.endedBy);
              return next && <line class="succession" x1={each.x} y1={each.y} x2={next.x} y2={next.y} />;
            })}
            {placed.map(({ point, x: px, y: py, low, high }) => {
              const text = `${point.headline}${point.verdict ? ", " + point.verdict : ""} — ${point.source}`;
              return (
                <a class="mark" href={href(["event", point.eventId])}>
                  <title>{visible(text)}</title>
                  <rect class="hit" x={px - 12} y={py - 14} width={24} height={28} />
                  {point.extent
                    ? <Mark x={px} low={low} high={high} point={point} />
                    : <path class={`w-ended${point.role === "ended" ? " open" : ""}`} d={`M${px} ${py - 6.5}L${px + 6.5} ${py}L${px} ${py + 6.5}L${px - 6.5} ${py}Z`} />}
                </a>
              );
            })}
          </svg>
        )}
      </div>
    </Frame>
  );
}

const SAMPLES: [string, Partial<Point>, [number?, number?]][] = [
  [words.selected, { role: "chosen" }, [13, 13]], [words.agrees, { role: "agrees" }, [13, 13]],
  [words.differs, { role: "differs" }, [13, 13]], [words.ended, { role: "ended" }, [13, 13]],
  [words.fact, { role: "agrees", fact: true }, [13, 13]], [words.forecast, { role: "ended", forecast: true }, [13, 13]],
  [words.rangeMark, { role: "ended" }, [21, 5]], [words.boundMark, { role: "ended" }, [25, undefined]],
];

export function PlotLegend() {
  return (
    <ul class="legend" aria-label={words.legend}>
      {SAMPLES.map(([text, some, [low, high]]) => {
        const point = { fact: false, forecast: false, extent: undefined, ...some } as Point;
        // A hollow dot alone, not one that was struck out.
        const body = point.forecast ? <circle class="f-ended" cx={13} cy={13} r={RADIUS} /> : <Mark x={13} low={low} high={high} point={point} />;
        return <li><svg width="26" height="26" aria-hidden="true">{body}</svg>{text}</li>;
      })}
      <li><svg width="26" height="26" aria-hidden="true"><line class="w-ended open" x1="13" x2="13" y1="4" y2="22" /></svg>{words.about}</li>
      <li><svg width="26" height="26" aria-hidden="true"><path class="w-ended" d="M13 6.5L19.5 13L13 19.5L6.5 13Z" /></svg>{words.noFigure}</li>
      <li><svg width="26" height="26" aria-hidden="true"><rect class="envelope" x="1" y="6" width="24" height="14" /></svg>{words.envelope}</li>
    </ul>
  );
}
