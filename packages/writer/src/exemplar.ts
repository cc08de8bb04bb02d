/** Labels of an exemplar, such as `trace_id`. */
export type ExemplarLabels = Readonly<Record<string, string | number>>;

/** One observation that stands for others, as registries of prom-client read it. */
export interface Exemplar {
  readonly labelSet: ExemplarLabels;
  readonly value: number;
  /** Unix seconds. */
  readonly timestamp: number;
}

/** What OpenMetrics allows for the names and values of an exemplar's labels together. */
const MAX_LABEL_SET_LENGTH = 128;

/**
 * Makes an exemplar of labels that OpenMetrics allows.
 *
 * @throws RangeError with prom-client's text where they are too long.
 */
export function makeExemplar(labelSet: ExemplarLabels, value: number, timestamp: number): Exemplar {
  let length = 0;
  for (const [name, text] of Object.entries(labelSet)) length += name.length + String(text).length;
  if (length > MAX_LABEL_SET_LENGTH) {
    throw new RangeError('Label set size must be smaller than 128 UTF-8 chars');
  }
  return { labelSet, value, timestamp };
}
