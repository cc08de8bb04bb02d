import type { Finding } from '../finding.js';

/** What a run found, and what it looked at. */
export interface Report {
  /** Sorted, errors first. */
  readonly findings: readonly Finding[];
  /** For people: `214 files in 0.3 s`. */
  readonly summary: string;
}

/** Ways to print a report. */
export type OutputFormat = 'text' | 'json' | 'sarif' | 'github';

export const OUTPUT_FORMATS: readonly OutputFormat[] = ['text', 'json', 'sarif', 'github'];

/** Whether a run fails: an error, or with `strict` a warning too. */
export function isFailure({ findings }: Report, strict: boolean): boolean {
  return findings.some(({ severity }) => strict || severity === 'error');
}
