// Figures in words, exact: nothing is rounded unless "≈" says so. As services/words does it.

import type { Amount, Decimal, Figures, Quantity, Ratio } from "./types";
import { visible } from "./text";
import { words } from "./words";

const NANOS = 1_000_000_000n;
const MAGNITUDES: [bigint, string][] = [[1_000_000_000_000n, "trn"], [1_000_000_000n, "bn"], [1_000_000n, "m"]];

export function nanosOf(decimal: Decimal | undefined): bigint {
  return BigInt(decimal?.units ?? 0) * NANOS + BigInt(decimal?.nanos ?? 0);
}

// For places on an axis only.
export function numberOf(decimal: Decimal | undefined): number {
  return Number(nanosOf(decimal)) / 1e9;
}

function fixed(numerator: bigint, places: number): string {
  const scale = 10n ** BigInt(places);
  const whole = (numerator / scale).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  const fraction = (numerator % scale).toString().padStart(places, "0").replace(/0+$/, "");
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

// "85bn", but "85,123,456,789" where thousandths of a billion would not say all of it.
export function magnitude(nanos: bigint): string {
  const sign = nanos < 0n ? "-" : "";
  const size = nanos < 0n ? -nanos : nanos;
  for (const [units, suffix] of MAGNITUDES) {
    const one = units * NANOS;
    if (size >= one && size % (one / 1000n) === 0n) return sign + fixed(size / (one / 1000n), 3) + suffix;
  }
  return sign + fixed(size, 9);
}

// For the ticks of an axis.
export function tick(value: number): string {
  return magnitude(BigInt(Math.round(value * 1000)) * 1_000_000n);
}

export function count(text: string | undefined): string {
  return (text ?? "0").replace(/\B(?=(\d{3})+$)/g, ",");
}

function bounded<N>(figures: Figures<N>, say: (value: N | undefined) => string): string {
  const about = figures.approximate ? words.about + " " : "";
  switch (figures.bound) {
    case "BOUND_EXACT": return about + say(figures.value);
    case "BOUND_AT_LEAST": return `${words.atLeast} ${about}${say(figures.low)}`;
    case "BOUND_AT_MOST": return `${words.upTo} ${about}${say(figures.high)}`;
    case "BOUND_RANGE": return `${about}${say(figures.low)} ${words.to} ${say(figures.high)}`;
    case "BOUND_UNSTATED": return `“${visible(figures.verbatim ?? "")}”`;
    default: return "";
  }
}

export function amountWords(amount: Amount | undefined): string {
  if (amount === undefined) return words.noFigure;
  return `${bounded(amount, value => magnitude(nanosOf(value)))} ${visible(amount.currency ?? "")}`;
}

export function quantityWords(quantity: Quantity | undefined): string {
  if (quantity === undefined) return words.notStated;
  const large = quantity.unit === "UNIT_TOKEN" || quantity.unit === "UNIT_USER";
  const figure = bounded(quantity, value => (large ? magnitude(BigInt(value ?? 0) * NANOS) : count(value)));
  const per = quantity.unitsPer === undefined ? "" : ` (${words.unitsPer(quantity.unitsPer)})`;
  return `${figure} ${words.units[quantity.unit ?? ""] ?? ""}${per}`;
}

// In percent; four digits, and "≈" if there are more.
export function ratioWords(ratio: Ratio): string {
  if (ratio.bound === "BOUND_UNSTATED" && ratio.direction) return words.enumWords(ratio.direction);
  return bounded(ratio, value => {
    const exact = nanosOf(value) * 100n;
    let scale = 1n;
    while ((exact < 0n ? -exact : exact) / scale >= 10_000n) scale *= 10n;
    const rounded = (exact / scale) * scale;
    return `${rounded === exact ? "" : "≈ "}${magnitude(rounded)} %`;
  });
}

// What a figure surely is between; either end may be open.
export interface Extent { low?: number; high?: number; approximate: boolean }

export function extentOf<N>(figures: Figures<N> | undefined, number: (value: N | undefined) => number): Extent | undefined {
  const approximate = figures?.approximate ?? false;
  switch (figures?.bound) {
    case "BOUND_EXACT": return { low: number(figures.value), high: number(figures.value), approximate };
    case "BOUND_AT_LEAST": return { low: number(figures.low), approximate };
    case "BOUND_AT_MOST": return { high: number(figures.high), approximate };
    case "BOUND_RANGE": return { low: number(figures.low), high: number(figures.high), approximate };
    default: return undefined;
  }
}

export const amountExtent = (amount: Amount | undefined) => extentOf(amount, numberOf);
export const quantityExtent = (quantity: Quantity | undefined) => extentOf(quantity, value => Number(value ?? 0));
