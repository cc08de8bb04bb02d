import { isObject } from './json-object.js';
import { compareCodePoints, pythonJsonString } from './python-json.js';

/** The identity of one sample's series within a shard, and the help text that goes with its family. */
export interface SeriesKey {
  /** Family name; a counter's has no `_total`. */
  readonly family: string;
  /** Sample name: the family's, with `_total`, `_bucket`, `_sum` or `_count` where the type asks for it. */
  readonly sample: string;
  /** Label values by label name; a histogram bucket's include `le`. */
  readonly labels: Readonly<Record<string, string>>;
  /** The family's help text. */
  readonly help: string;
}

/**
 * Writes a key as Python's `json.dumps([family, sample, labels, help], sort_keys=True)` does, so that equal
 * series have equal bytes whichever language wrote them. The result is pure ASCII.
 */
export function encodeKey(key: SeriesKey): string {
  const labels = Object.keys(key.labels)
    .toSorted(compareCodePoints)
    .map((name) => `${pythonJsonString(name)}: ${pythonJsonString(key.labels[name] ?? '')}`)
    .join(', ');
  return `[${pythonJsonString(key.family)}, ${pythonJsonString(key.sample)}, {${labels}}, ${pythonJsonString(key.help)}]`;
}

/** Reads a key; undefined where the text is not the JSON of one. */
export function parseKey(text: string): SeriesKey | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(json) || json.length !== 4) return undefined;
  const [family, sample, labels, help]: unknown[] = json;
  if (typeof family !== 'string' || typeof sample !== 'string' || typeof help !== 'string') return undefined;
  if (!isLabels(labels)) return undefined;
  return { family, sample, labels, help };
}

function isLabels(value: unknown): value is Record<string, string> {
  return isObject(value) && Object.values(value).every((label) => typeof label === 'string');
}
