import { parseFileName } from '@promshard/shard-format';

import { explainLiveness } from './judge-liveness.js';
import { describeOverflow } from './measure-directory.js';
import type { JudgedWriter, PruneDone, PruneReport } from './prune-report.js';

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

function describeWriter({ id, liveness, shards }: JudgedWriter): string {
  return `  ${id.padEnd(28)} ${liveness.kind.padEnd(7)} ${shards} shards: ${explainLiveness(liveness)}`;
}

/** A line a writer: what would become of its shards, and why. */
function planTable({ writers, folded, dropped }: PruneDone): string[] {
  const [folds, drops] = [countById(folded), countById(dropped)];
  const rows = writers.map(({ id, liveness, shards }) => {
    const fold = folds.get(id) ?? 0;
    const drop = drops.get(id) ?? 0;
    const parts = [
      fold > 0 ? [`fold ${fold}`] : [],
      drop > 0 ? [`drop ${drop}`] : [],
      shards > fold + drop ? [`keep ${shards - fold - drop}`] : [],
    ];
    return [id, liveness.kind, parts.flat().join(', '), explainLiveness(liveness)] as const;
  });
  if (rows.length === 0) return [];
  const table = [['WRITER', 'STATE', 'SHARDS', 'WHY'] as const, ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`);
}

function countById(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) {
    const parsed = parseFileName(name);
    if (parsed.type === 'shard') counts.set(parsed.id, (counts.get(parsed.id) ?? 0) + 1);
  }
  return counts;
}

function describeDone(report: PruneDone): string {
  const { dir, dryRun, generation, writers, mended, folded, dropped, retired, deleted, left, overflow } =
    report;
  const would = dryRun ? 'would be ' : '';
  const lines = [
    `${dir}, generation ${generation}: ${folded.length} shards ${would}folded, ${dropped.length} ${would}dropped, ` +
      `${deleted.length} files ${would}deleted, ${left.length} left`,
    ...(dryRun ? planTable(report) : writers.map(describeWriter)),
    ...mended.map((file) => `  ${dryRun ? 'would mend' : 'mended'} ${file} from its other copy`),
    ...(retired === 0 ? [] : [`  ${retired} series that no writer has touched for long were given up`]),
    ...left.map(({ file, reason }) => `  left ${file}: ${reason}`),
  ];
  if (overflow !== undefined) lines.push(`  overflow: ${describeOverflow(overflow)}`);
  return lines.join('\n');
}
