import { sortFindings } from '../finding.js';
import type { Report } from '../output/report.js';
import type { AuditRules } from '../settings/guard-config.js';
import { auditFamilies } from './audit-families.js';
import { readTarget } from './read-target.js';

/**
 * Audits any exposition, ours or anyone's: personal data, cardinality, naming.
 *
 * @param target - A URL to scrape, a directory of shards or exposition files, or a file.
 * @throws {@link GuardError} `input-missing` or `unreachable`.
 */
export async function auditTarget(
  target: string,
  rules: AuditRules,
  cwd: string = process.cwd(),
): Promise<Report> {
  const { expositions, findings } = await readTarget(target, cwd);
  const families = expositions.flatMap((exposition) => exposition.families);
  const series = families.reduce((sum, family) => sum + family.series, 0);
  return {
    findings: sortFindings([
      ...findings,
      ...expositions.flatMap((exposition) => auditFamilies(exposition, rules)),
    ]),
    summary: `${families.length} metrics with ${series} series at ${target}`,
  };
}
