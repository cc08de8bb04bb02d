import type { FoldRule } from './fold-rule.js';

/** A value and its unix timestamp in seconds; 0 where there is none. */
export interface TimedValue {
  readonly value: number;
  readonly timestamp: number;
}

/** One series being folded. Its fields are the fold's own. */
export interface FoldedSeries {
  value: number;
  /** Of `mostrecent`, when the value was set; of every other rule, when a dead writer's value was last added. */
  timestamp: number;
  /** What the rounding of a sum has taken away so far; 0 for every other rule. */
  remainder: number;
}

/** Starts a series with its first value. */
export function startSeries({ value, timestamp }: TimedValue): FoldedSeries {
  return { value, timestamp: seconds(timestamp), remainder: 0 };
}

/**
 * Adds a value to a series by its rule.
 *
 * - A sum keeps what rounding takes away, so that it is the same in whatever order, and over however many
 *   generations, the parts come: a total of fractions must not fall by its last bit when a writer dies.
 * - `min` and `max` pass over NaN, unless there is nothing else: so they too are the same in whatever order.
 * - `mostrecent` takes the later timestamp; of equal ones, the first.
 */
export function addToSeries(
  rule: Exclude<FoldRule, 'drop' | 'newest-exemplar'>,
  series: FoldedSeries,
  next: TimedValue,
): void {
  const timestamp = seconds(next.timestamp);
  const isLater = timestamp > series.timestamp;
  if (isLater) series.timestamp = timestamp;
  switch (rule) {
    case 'sum':
      addToSum(series, next.value);
      return;
    case 'min':
      if (next.value < series.value || Number.isNaN(series.value)) series.value = next.value;
      return;
    case 'max':
      if (next.value > series.value || Number.isNaN(series.value)) series.value = next.value;
      return;
    case 'mostrecent':
      if (isLater) series.value = next.value;
      return;
    default:
      rule satisfies never;
  }
}

/** Gives a sum as two numbers that add up to it: itself rounded, and the rest, 0 where there is none. */
export function splitSum({ value, remainder }: FoldedSeries): readonly [rounded: number, rest: number] {
  return twoSum(value, remainder);
}

function addToSum(series: FoldedSeries, next: number): void {
  const [total, error] = twoSum(series.value, next);
  series.value = total;
  series.remainder = Number.isFinite(total) ? series.remainder + error : 0;
}

/**
 * Knuth's TwoSum (The Art of Computer Programming, 4.2.2): the rounded sum, and exactly what rounding took away; 0
 * past infinity and for NaN.
 */
function twoSum(a: number, b: number): readonly [sum: number, error: number] {
  const sum = a + b;
  if (!Number.isFinite(sum)) return [sum, 0];
  const gained = sum - a;
  return [sum, a - (sum - gained) + (b - gained)];
}

/** A timestamp that can be compared. */
function seconds(timestamp: number): number {
  return Number.isNaN(timestamp) ? 0 : timestamp;
}
