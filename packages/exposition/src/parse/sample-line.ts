import type { Sample } from '../model.js';
import type { Place } from './exposition-parse-error.js';

/** A sample, and where its line holds what. */
export interface SampleLine {
  readonly sample: Sample;
  /** Where the line starts. */
  readonly place: Place;
  readonly valuePlace: Place;
  /** Where the exemplar starts; the value's place if there is none. */
  readonly exemplarPlace: Place;
}
