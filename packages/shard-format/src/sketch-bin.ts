import { goFloat } from './go-float.js';
import { SKETCH_COARSEST_SCALE, SKETCH_FINEST_SCALE, SKETCH_MAX_EXPONENT } from './layout.js';

/**
 * A bin of a sketch. Index `i` of scale `s` covers magnitudes above `2^((i-1)/2^s)`, up to `2^(i/2^s)` and including it: the
 * buckets of Prometheus' native histograms. Two bins of a scale are together one of the next coarser scale.
 */
export interface SketchBin {
  readonly sign: 1 | 0 | -1;
  /** 0 where the sign is. */
  readonly scale: number;
  /** 0 where the sign is. */
  readonly index: number;
}

/** What a sample's name in a sketch shard says, behind the family's. */
export type SketchSuffix =
  | { readonly kind: 'bin'; readonly bin: SketchBin }
  /** The family's writers ask for this quantile. */
  | { readonly kind: 'quantile'; readonly quantile: number };

const BINS_PER_OCTAVE = 2 ** SKETCH_FINEST_SCALE;
/** Upper bounds of an octave's bins, from 1 to 2: `2^(k/256)`. */
const BOUNDS: Float64Array = Float64Array.from({ length: BINS_PER_OCTAVE + 1 }, (_, k) => 2 ** (k / 256));
/** An octave in so many equal parts that no part has two bounds in it. */
const PARTS = 1024;
const PART_SHIFT = 10;
/** For the lower end of each part, the first bin whose upper bound is not below it. */
const BIN_OF_PART: Int32Array = Int32Array.from({ length: PARTS }, (_, part) =>
  BOUNDS.findIndex((bound) => bound >= 1 + part / PARTS),
);
const LARGEST: number = 2 ** SKETCH_MAX_EXPONENT;
const SMALLEST: number = 2 ** -SKETCH_MAX_EXPONENT;

// A number's sign, exponent and first digits, without arithmetic (little-endian, as all of the format).
const NUMBER = new Float64Array(1);
const WORDS = new Int32Array(NUMBER.buffer);

/**
 * The index of a positive number's bin at the finest scale. Takes nanoseconds, and no logarithm: which bin a number is
 * in must not depend on how an engine rounds one.
 *
 * @param magnitude - Above {@link SMALLEST_MAGNITUDE}; one beyond the range, and Infinity, are in the bin on top.
 */
export function finestIndex(magnitude: number): number {
  if (magnitude > LARGEST) return BINS_PER_OCTAVE * SKETCH_MAX_EXPONENT + 1;
  NUMBER[0] = magnitude;
  const high = WORDS[1] ?? 0;
  const exponent = (high >>> 20) - 1023;
  const part = (high >>> (20 - PART_SHIFT)) & (PARTS - 1);
  // The number within its octave, from 1 to 2.
  WORDS[1] = (high & 0xfffff) | 0x3ff00000;
  const bin = BIN_OF_PART[part] ?? 0;
  return exponent * BINS_PER_OCTAVE + bin + ((NUMBER[0] ?? 0) > (BOUNDS[bin] ?? 0) ? 1 : 0);
}

/** Magnitudes up to this one are in the bin of zero. */
export const SMALLEST_MAGNITUDE: number = SMALLEST;

/** The index of the bin that holds bin `index`, `steps` scales coarser. */
export function coarserIndex(index: number, steps: number): number {
  return (index + (1 << steps) - 1) >> steps;
}

/** How a bin's sample is named, behind the family's name: `_bin5p-32`, `_bin5n7`, `_bin0`. */
export function binSuffix({ sign, scale, index }: SketchBin): string {
  return sign === 0 ? '_bin0' : `_bin${scale}${sign > 0 ? 'p' : 'n'}${index}`;
}

/** How the sample that asks for a quantile is named, behind the family's name: `_quantile0.99`. */
export function quantileSuffix(quantile: number): string {
  return `_quantile${goFloat(quantile)}`;
}

const BIN = /^_bin(?:0|([0-8])([pn])(-?[0-9]{1,5}))$/;
const QUANTILE = /^_quantile([0-9](?:\.[0-9]{1,25})?(?:e-[0-9]{1,3})?)$/;

/** Reads what follows the family's name; undefined where no writer of sketches wrote it. */
export function parseSketchSuffix(suffix: string): SketchSuffix | undefined {
  const quantile = QUANTILE.exec(suffix)?.[1];
  if (quantile !== undefined) {
    return Number(quantile) <= 1 ? { kind: 'quantile', quantile: Number(quantile) } : undefined;
  }
  const match = BIN.exec(suffix);
  if (match === null) return undefined;
  const [, scaleText, side, indexText] = match;
  if (indexText === undefined) return { kind: 'bin', bin: { sign: 0, scale: 0, index: 0 } };
  const scale = Number(scaleText);
  const index = Number(indexText);
  const limit = SKETCH_MAX_EXPONENT * 2 ** scale;
  if (scale < SKETCH_COARSEST_SCALE || index < -limit || index > limit + 1) return undefined;
  return { kind: 'bin', bin: { sign: side === 'p' ? 1 : -1, scale, index } };
}
