import type { ChainStep, Finding } from '../finding.js';
import type { Report } from './report.js';

/** A report for people: each finding with its place, what is wrong, and the chain of imports. */
export function toText({ findings, summary }: Report): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  const total = `${count(errors, 'error')}, ${count(warnings, 'warning')}; ${summary}`;
  return [...findings.map((finding) => describe(finding)), total].join('\n\n').concat('\n');
}

/** Steps at each end of a chain; what is between more than these is only counted. The other formats have all. */
const SHOWN_AT_EACH_END = 12;

function describe({ severity, rule, code, file, line, column, message, chain = [] }: Finding): string {
  const left = chain.slice(0, SHOWN_AT_EACH_END);
  const right = chain.slice(Math.max(SHOWN_AT_EACH_END, chain.length - SHOWN_AT_EACH_END));
  const hidden = chain.length - left.length - right.length;
  const width = Math.max(0, ...[...left, ...right].map((step) => placeText(step).length));
  const describeStep = (step: ChainStep): string => `    ${placeText(step).padEnd(width)}  ${step.text}`;
  return [
    `${placeText({ file, line, column })} ${severity} ${rule}/${code}`,
    `  ${message}`,
    ...left.map((step) => describeStep(step)),
    ...(hidden > 0 ? [`    … ${hidden} more …`] : []),
    ...right.map((step) => describeStep(step)),
  ].join('\n');
}

function placeText({ file, line, column }: Pick<Finding, 'file' | 'line' | 'column'>): string {
  return `${file}:${line}:${column}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
