import type { Finding } from '../finding.js';
import type { Report } from './report.js';

/** A report for people: each finding with its place, what is wrong, and the chain of imports. */
export function toText({ findings, summary }: Report): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  const total = `${count(errors, 'error')}, ${count(warnings, 'warning')}; ${summary}`;
  return [...findings.map((finding) => describe(finding)), total].join('\n\n').concat('\n');
}

function describe({ severity, rule, code, file, line, column, message, chain = [] }: Finding): string {
  const width = Math.max(0, ...chain.map((step) => placeText(step).length));
  return [
    `${placeText({ file, line, column })} ${severity} ${rule}/${code}`,
    `  ${message}`,
    ...chain.map((step) => `    ${placeText(step).padEnd(width)}  ${step.text}`),
  ].join('\n');
}

function placeText({ file, line, column }: Pick<Finding, 'file' | 'line' | 'column'>): string {
  return `${file}:${line}:${column}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
