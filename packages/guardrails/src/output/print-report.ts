import { toGitHub } from './github.js';
import { toJson } from './json.js';
import type { OutputFormat, Report } from './report.js';
import { toSarif } from './sarif.js';
import { toText } from './text.js';

/** A report as text in one of the formats. */
export function printReport(report: Report, format: OutputFormat): string {
  switch (format) {
    case 'text':
      return toText(report);
    case 'json':
      return toJson(report);
    case 'sarif':
      return toSarif(report);
    case 'github':
      return toGitHub(report);
    default:
      return format satisfies never;
  }
}
