import type { Label, Sample } from './snapshot.js';

/** One line of output, and the sample that it was the last time, which is used again while the value stays. */
export interface Line {
  readonly name: string;
  readonly labels: readonly Label[];
  sample: Sample | undefined;
}

/** The line as a sample: the same one as the last time where the value is the same. */
export function sampleOf(line: Line, value: number): Sample {
  if (line.sample === undefined || !Object.is(line.sample.value, value)) {
    line.sample = { name: line.name, labels: line.labels, value };
  }
  return line.sample;
}
