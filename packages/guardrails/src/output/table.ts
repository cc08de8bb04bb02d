import type { Report } from './report.js';

/** A report as a table: one finding a line, in columns. For audits, whose findings have no chains. */
export function toTable({ findings, summary }: Report): string {
  const rows = findings.map(({ severity, code, file, line, message }) => [
    severity,
    code,
    line > 1 ? `${file}:${line}` : file,
    message,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return [...lines, `${errors} errors, ${findings.length - errors} warnings; ${summary}`]
    .join('\n')
    .concat('\n');
}
