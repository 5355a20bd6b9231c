// Counts side by side: what is surely so is filled to its least, and outlined up to its most.

import { scaleLinear } from "d3-scale";
import { useWidth } from "./scale";
import type { Extent } from "../figures";
import { visible } from "../text";
import { words } from "../words";

const ROW = 28;
const THICK = 16;
// A label of its own line.
const LINE = 18;

export interface Bar { label: string; extent: Extent | undefined; words: string; forecast: boolean }

// With `above`, labels stand above the bars and not beside them: for long ones.
export function Bars({ bars, label, above = false }: { bars: Bar[]; label: string; above?: boolean }) {
  const [ref, width] = useWidth();
  const most = Math.max(...bars.flatMap(bar => [bar.extent?.low ?? 0, bar.extent?.high ?? 0]), 0);
  if (most === 0) return null;
  const left = above ? 0 : Math.min(150, width * 0.3);
  const row = above ? ROW + LINE : ROW;
  // For the words at the end of the longest.
  const scale = scaleLinear([0, most], [left, Math.max(left + 20, width - 210)]);
  return (
    <figure class="picture" aria-label={words.picture(label)}>
      <div ref={ref}>
        {width > 0 && (
          <svg width={width} height={bars.length * row + 6} role="group" aria-label={label}>
            {bars.map((bar, i) => {
              const y = i * row + 6 + (above ? LINE : 0);
              const low = bar.extent?.low;
              const high = bar.extent?.high;
              const end = scale(high ?? low ?? 0);
              const filled = bar.forecast ? "b-forecast" : "b-count";
              const about = bar.extent?.approximate;
              const open = low !== undefined && high === undefined;
              return (
                <g class="mark" role="img" tabIndex={0} aria-label={`${bar.label}: ${bar.words}`}>
                  <title>{`${bar.label}: ${bar.words}`}</title>
                  <text class="p-ink" x={above ? 0 : left - 8} y={above ? y - 5 : y + 13} text-anchor={above ? "start" : "end"}>{visible(bar.label)}</text>
                  {low !== undefined && <rect class={filled} x={left} y={y} width={Math.max(1, scale(low) - left)} height={THICK} />}
                  {low !== undefined && (about
                    ? <line class="w-chosen open" x1={scale(low)} x2={scale(low)} y1={y - 3} y2={y + THICK + 3} />
                    : <rect class="b-least" x={scale(low) - 3} y={y} width={3} height={THICK} />)}
                  {high !== undefined && high !== low && (
                    <rect class="p-outline" x={scale(low ?? 0)} y={y + 0.5} width={end - scale(low ?? 0)} height={THICK - 1} />
                  )}
                  {open && <path class="w-chosen" d={`M${end + 2} ${y + THICK / 2}h18m-5 -4l5 4l-5 4`} />}
                  <text class="p-faint" x={end + (open ? 28 : 8)} y={y + 13}>{bar.words}</text>
                </g>
              );
            })}
          </svg>
        )}
      </div>
    </figure>
  );
}
