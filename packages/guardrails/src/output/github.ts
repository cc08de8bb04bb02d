import type { Finding } from '../finding.js';
import type { Report } from './report.js';

/** Workflow commands of GitHub Actions: each finding is shown beside its line in a pull request. */
export function toGitHub({ findings, summary }: Report): string {
  return [...findings.map((finding) => annotation(finding)), summary].join('\n').concat('\n');
}

function annotation({ severity, rule, code, file, line, column, message, chain = [] }: Finding): string {
  const properties = { file, line, col: column, title: `${rule}/${code}` };
  const shown = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  const text = [message, ...chain.map((step) => `${step.file}:${step.line} ${step.text}`)].join('\n');
  return `::${severity} ${shown.join(',')}::${escapeText(text)}`;
}

function escapeText(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeText(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
