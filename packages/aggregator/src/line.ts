import type { Exemplar, Label, Sample } from './snapshot.js';

/** One line of output, and the sample that it was the last time, which is used again while nothing of it changes. */
export interface Line {
  readonly name: string;
  readonly labels: readonly Label[];
  sample: Sample | undefined;
  /** What is shown beside the value. */
  exemplar: Exemplar | undefined;
}

/** A line that was not shown yet. */
export function newLine(name: string, labels: readonly Label[]): Line {
  return { name, labels, sample: undefined, exemplar: undefined };
}

/** The line as a sample: the same one as the last time where the value and the exemplar are the same. */
export function sampleOf(line: Line, value: number): Sample {
  line.sample = sampleAfter(line.sample, line, value);
  return line.sample;
}

/** As {@link sampleOf}, for who knows what the line was the last time. */
export function sampleAfter(last: Sample | undefined, line: Line, value: number): Sample {
  const { name, labels, exemplar } = line;
  if (last !== undefined && Object.is(last.value, value) && last.exemplar === exemplar) return last;
  return exemplar === undefined ? { name, labels, value } : { name, labels, value, exemplar };
}
