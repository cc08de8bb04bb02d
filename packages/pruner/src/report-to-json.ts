import type { PruneReport } from './prune-report.js';
import type { ResetReport } from './reset-directory.js';

/** Writes a report as one line of JSON; an error is its code and message. */
export function reportToJson(report: PruneReport | ResetReport): string {
  if (report.kind !== 'failed') return JSON.stringify(report);
  const { code, message } = report.error;
  return JSON.stringify({ ...report, error: { code, message } });
}
