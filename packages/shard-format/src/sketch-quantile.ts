import { SKETCH_COARSEST_SCALE, SKETCH_FINEST_SCALE, SKETCH_MAX_EXPONENT } from './layout.js';
import { coarserIndex, type SketchBin } from './sketch-bin.js';

/** A bin, and how many values it holds; what is no positive number counts as none. */
export interface CountedBin extends SketchBin {
  readonly count: number;
}

/** How far a quantile may be from the exact one, as a share of it, where bins have this scale: 1.1 % at 5. */
export function relativeErrorOf(scale: number): number {
  const width = 2 ** (2 ** -scale);
  return (width - 1) / (width + 1);
}

/**
 * Estimates quantiles: for each, the value of which at least that share of all values is no larger (nearest rank). The
 * estimate lies within {@link relativeErrorOf} the coarsest scale among the bins, or is 0 or an infinity where the exact
 * one is that small or that large.
 *
 * The bins of all writers are one sketch, in whatever order they come: nothing is lost when they are added up.
 *
 * @param quantiles - Between 0 and 1, in any order.
 * @returns One estimate for each; undefined where the bins hold nothing.
 */
export function quantilesOfBins(
  bins: readonly CountedBin[],
  quantiles: readonly number[],
): number[] | undefined {
  const filled = bins.filter(({ count }) => isCount(count));
  if (filled.length === 0) return undefined;
  const scale = coarsestScale(filled);
  const ordered = filled
    .map((bin) => ({ position: binPosition(bin, scale), count: bin.count }))
    .toSorted((a, b) => a.position - b.position);
  const total = ordered.reduce((sum, { count }) => sum + count, 0);
  return quantiles.map((quantile) => {
    const rank = rankOf(quantile, total);
    let before = 0;
    const found = ordered.find(({ count }) => (before += count) >= rank) ?? ordered.at(-1);
    return positionValue(found?.position ?? 0, scale);
  });
}

/** Whether a number counts values: foreign files hold anything. */
export function isCount(count: number): boolean {
  return count > 0 && count < Infinity;
}

/** The scale that all bins can be brought to. */
export function coarsestScale(bins: Iterable<SketchBin>): number {
  let scale = SKETCH_FINEST_SCALE;
  for (const bin of bins) if (bin.sign !== 0 && bin.scale < scale) scale = bin.scale;
  return Math.max(scale, SKETCH_COARSEST_SCALE);
}

/** Which of `total` values in ascending order, counted from 1, is the quantile. */
export function rankOf(quantile: number, total: number): number {
  return Math.ceil(quantile * total);
}

/**
 * A number by which bins stand in the order of their values, below 0 the negative ones.
 *
 * @param scale - No finer than the bin's; bins that are one at this scale have one position.
 */
export function binPosition({ sign, scale: own, index }: SketchBin, scale: number): number {
  if (sign === 0) return 0;
  return sign * (coarserIndex(index, own - scale) + topIndex(scale) + 1);
}

/** The value that stands for a bin: no further from its one end than from the other, as a share of them. */
export function positionValue(position: number, scale: number): number {
  if (position === 0) return 0;
  const index = Math.abs(position) - topIndex(scale) - 1;
  return Math.sign(position) * middleOf(index, scale);
}

function middleOf(index: number, scale: number): number {
  if (index > topIndex(scale)) return Infinity;
  const upper = 2 ** (index / 2 ** scale);
  return (2 * upper) / (1 + 2 ** (2 ** -scale));
}

/** The last bin that has an upper bound. */
function topIndex(scale: number): number {
  return SKETCH_MAX_EXPONENT * 2 ** scale;
}
