import type { DetectedReason } from '../../src/index.js';
import { type Random, seededRandom } from './random.js';

/** Values that one detector must find, and values that look like them and are something else. */
export interface Family {
  readonly reason: DetectedReason;
  readonly positives: readonly string[];
  readonly hardNegatives: readonly string[];
}

/** So many of each, hand-written and made. */
const SIZE = 250;

/** How a family's values come about. */
export interface FamilySource {
  readonly reason: DetectedReason;
  readonly seed: number;
  /** Written by hand: the forms that someone thought of, one a line. */
  readonly written: { readonly positives: string; readonly hardNegatives: string };
  makePositive(random: Random): string;
  makeHardNegative(random: Random): string;
}

/** The written values, and made ones up to the size of the corpus; none twice. */
export function growFamily(source: FamilySource): Family {
  const random = seededRandom(source.seed);
  const grow = (written: string, make: (random: Random) => string): string[] => {
    const values = new Set(lines(written));
    while (values.size < SIZE) values.add(make(random));
    return [...values];
  };
  return {
    reason: source.reason,
    positives: grow(source.written.positives, source.makePositive),
    hardNegatives: grow(source.written.hardNegatives, source.makeHardNegative),
  };
}

/** The lines of a text, without their indentation; a backslash keeps white space at a border. */
export function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Puts a value where applications put them: alone more often than not, or inside of something. */
export function embedded(random: Random, value: string): string {
  const frame = random.pick([
    '%',
    '%',
    '%',
    '%',
    'job-%',
    'id=%',
    '[%]',
    '"%"',
    'of % done',
    '/a/%',
    '%/b',
    'k:%',
  ]);
  return frame.replace('%', () => value);
}
