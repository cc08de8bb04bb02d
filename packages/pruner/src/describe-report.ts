import { explainLiveness } from './judge-liveness.js';
import { describeOverflow } from './measure-directory.js';
import type { PruneDone, PruneReport } from './prune-report.js';

/** Writes a report for people, a line a writer. */
export function describeReport(report: PruneReport): string {
  switch (report.kind) {
    case 'busy':
      return report.message;
    case 'failed':
      return report.error.message;
    case 'done':
      return describeDone(report);
    default:
      return report satisfies never;
  }
}

/** Writes a report as one line of JSON; an error is its code and message. */
export function reportToJson(report: PruneReport): string {
  if (report.kind !== 'failed') return JSON.stringify(report);
  const { code, message } = report.error;
  return JSON.stringify({ ...report, error: { code, message } });
}

function describeDone(report: PruneDone): string {
  const { dir, dryRun, generation, writers, mended, folded, dropped, retired, deleted, left, overflow } =
    report;
  const would = dryRun ? 'would be ' : '';
  const lines = [
    `${dir}, generation ${generation}: ${folded.length} shards ${would}folded, ${dropped.length} ${would}dropped, ` +
      `${deleted.length} files ${would}deleted, ${left.length} left`,
    ...writers.map(
      ({ id, liveness, shards }) =>
        `  ${id.padEnd(28)} ${liveness.kind.padEnd(7)} ${shards} shards: ${explainLiveness(liveness)}`,
    ),
    ...mended.map((file) => `  ${dryRun ? 'would mend' : 'mended'} ${file} from its other copy`),
    ...(retired === 0 ? [] : [`  ${retired} series that no writer has touched for long were given up`]),
    ...left.map(({ file, reason }) => `  left ${file}: ${reason}`),
  ];
  if (overflow !== undefined) lines.push(`  overflow: ${describeOverflow(overflow)}`);
  return lines.join('\n');
}
