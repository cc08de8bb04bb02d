import type { ResetDone, ResetReport } from './reset-directory.js';

/** Writes how emptying a directory went, for people. */
export function describeReset(report: ResetReport): string {
  switch (report.kind) {
    case 'busy':
    case 'refused':
      return report.message;
    case 'failed':
      return report.error.message;
    case 'done':
      return describeDone(report);
    default:
      return report satisfies never;
  }
}

function describeDone({ dir, removed, strange, left }: ResetDone): string {
  return [
    `${dir}: ${removed.length} files removed, ${strange.length} strange ones kept, ${left.length} left`,
    ...left.map(({ file, reason }) => `  left ${file}: ${reason}`),
  ].join('\n');
}
