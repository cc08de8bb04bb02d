import { parseKey, parseSketchSuffix, type MetricKind, type SketchSuffix } from '@promshard/shard-format';
import { parseBound } from './bucket-bound.js';
import { isLabelName, isMetricName, SAMPLE_SUFFIXES } from './metric-name.js';
import { outgoingLabel, outgoingState, type OutgoingLabelPolicy } from './outgoing-label.js';
import type { KeyParts } from './plain-key.js';
import type { Label, SnapshotProblemCode } from './snapshot.js';
import { wellFormed } from './well-formed.js';

/** A series as a shard's key names it, checked. */
export interface SeriesName {
  readonly family: string;
  readonly sample: string;
  readonly help: string;
  /** Sorted by name, a state's last; without `le` where there is a bound. */
  readonly labels: readonly Label[];
  /** The upper bound of a histogram's bucket. */
  readonly bound: number | undefined;
  /** What the entry is to a summary's quantiles. */
  readonly sketch: SketchSuffix | undefined;
  /** Whether a label was left out because the policy forbids its name. */
  readonly lacksLabel: boolean;
}

/** What a key says: a series, nothing that counts, or something that must not go out. */
export type ReadKey =
  | { readonly kind: 'series'; readonly series: SeriesName }
  /** A histogram's `_count`, which is derived from its buckets. */
  | { readonly kind: 'derived' }
  | { readonly kind: 'refused'; readonly code: SnapshotProblemCode; readonly why: string };

/**
 * Reads what the key of an entry in a shard of `kind` says.
 *
 * @param before - The series of a key that was read before, by the same policy. A label that is the same there is not judged
 *   again, and labels that are all the same are its array, which saves most of the time and of the memory.
 */
export function readKey(
  key: KeyParts,
  kind: MetricKind,
  policy: OutgoingLabelPolicy | undefined,
  before?: SeriesName,
): ReadKey {
  const { family } = key;
  const isFamilyBefore = family === before?.family;
  if (!isFamilyBefore && !isMetricName(family))
    return refused('bad-name', 'has a metric name that is empty or holds control characters');
  const suffix = key.sample.slice(family.length);
  const sketch = kind === 'sketch' ? parseSketchSuffix(suffix) : undefined;
  if (!key.sample.startsWith(family) || (!SAMPLE_SUFFIXES[kind].includes(suffix) && sketch === undefined)) {
    return refused('bad-sample', `has a sample name that no ${kind} has`);
  }
  const isBucket = kind === 'histogram' && suffix === '_bucket';
  // Unlike an array that grew, a copy takes no more room than it needs.
  const labels = key.labels.slice();
  let count = 0;
  let bound: number | undefined;
  let lacksLabel = false;
  for (const label of key.labels) {
    const labelBefore = before?.labels[count];
    if (label === labelBefore && isFamilyBefore) {
      labels[count++] = label;
      continue;
    }
    const [name, value] = label;
    if (name !== labelBefore?.[0] && !isLabelName(name))
      return refused(
        'bad-name',
        'has a label name that is empty, holds control characters or begins with __',
      );
    if (kind === 'histogram' && name === 'le') {
      if (!isBucket) return refused('bad-sample', 'has an "le" label and is not a bucket');
      bound = parseBound(value);
    } else if ((kind === 'summary' || kind === 'sketch') && name === 'quantile') {
      // Parsers of the text format take its value for a number, and refuse the whole exposition where it is none.
      return refused('bad-sample', 'has a "quantile" label, which no entry of a summary has');
    } else if (kind === 'stateset' && name === family) {
      labels[count++] = labelOf(label, outgoingState(policy, name, value), labelBefore);
    } else {
      const outgoing = outgoingLabel(policy, family, name, value);
      if (outgoing.kind === 'value') labels[count++] = labelOf(label, outgoing.value, labelBefore);
      else lacksLabel ||= outgoing.kind === 'forbidden-name';
    }
  }
  // One called `pid` would have its writer's name in the place of its states.
  if (kind === 'stateset' && (!key.labels.some(([name]) => name === family) || family === 'pid')) {
    return refused('bad-sample', 'has no label with the name of its state set');
  }
  if (isBucket && bound === undefined)
    return refused('bad-bound', 'is of a bucket without a number as its "le"');
  if (kind === 'histogram' && suffix === '_count') return { kind: 'derived' };
  const { sample, help } = key;
  if (count < labels.length) labels.length = count;
  const last = kind === 'stateset' ? family : undefined;
  if (last !== undefined || !isSorted(labels)) sortLabels(labels, last);
  const shown = before !== undefined && isEqual(labels, before.labels) ? before.labels : labels;
  return {
    kind: 'series',
    series: {
      family,
      sample,
      help: help === before?.help ? help : wellFormed(help),
      labels: shown,
      bound,
      sketch,
      lacksLabel,
    },
  };
}

/** The label with the value that goes out; itself, or the one before, where it is the same. */
function labelOf(label: Label, outgoing: string, before: Label | undefined): Label {
  const [name, value] = label;
  const shown = wellFormed(outgoing);
  if (before?.[0] === name && before[1] === shown) return before;
  return shown === value ? label : [name, shown];
}

function isEqual(labels: readonly Label[], others: readonly Label[]): boolean {
  if (labels.length !== others.length) return false;
  for (let i = 0; i < labels.length; i++) if (labels[i] !== others[i]) return false;
  return true;
}

/**
 * Sorts labels by name, but the one that tells the states of a set apart: it comes last, so that the states of one label
 * set stand together.
 */
function sortLabels(labels: Label[], last: string | undefined): void {
  labels.sort(([a], [b]) => {
    if (a === last || b === last) return a === last ? 1 : -1;
    return a < b ? -1 : 1;
  });
}

/** Reads a key that is written in whatever way JSON allows. */
export function readJsonKey(text: string): KeyParts | undefined {
  const key = parseKey(text);
  return key && { ...key, labels: Object.entries(key.labels) };
}

function isSorted(labels: readonly Label[]): boolean {
  for (let i = 1; i < labels.length; i++) {
    if ((labels[i - 1]?.[0] ?? '') > (labels[i]?.[0] ?? '')) return false;
  }
  return true;
}

function refused(code: SnapshotProblemCode, why: string): ReadKey {
  return { kind: 'refused', code, why };
}
