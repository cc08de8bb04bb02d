// Tables and samples that the rows share.

export const QUICK = process.env.BENCH_QUICK === '1';

/** The middle of some numbers. */
export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** Prints a Markdown table. */
export function printTable(title, head, rows) {
  console.log(`## ${title}\n`);
  console.log(`| ${head.join(' | ')} |\n| ${head.map(() => '---').join(' | ')} |`);
  for (const row of rows) console.log(`| ${row.join(' | ')} |`);
  console.log('');
}

/** `a / b` as a factor: `83×`. */
export function ratio(a, b) {
  const factor = a / b;
  if (!Number.isFinite(factor)) return '–';
  return `${factor >= 10 ? factor.toFixed(0) : factor.toFixed(2)}×`;
}

/** Milliseconds with a sensible number of digits. */
export function ms(value) {
  if (value === undefined || !Number.isFinite(value)) return '–';
  return `${value.toFixed(value >= 100 ? 0 : value >= 1 ? 1 : 2)} ms`;
}
