import { VERSION } from '../version.js';
import type { Report } from './report.js';

/** A report for programs; its form is stable within `formatVersion`. */
export function toJson({ findings, summary }: Report): string {
  const tool = { name: 'promshard-guard', version: VERSION };
  return `${JSON.stringify({ formatVersion: 1, tool, summary, findings }, undefined, 2)}\n`;
}
