import type { ChainStep, Finding } from '../finding.js';
import { findUses, type FoundUse } from '../graph/handed-on-uses.js';
import { packageOfPath, packageOfSpecifier } from '../graph/package-name.js';
import { entersPackage, reach, type ReachedFile, type Step } from '../graph/reach.js';
import { matchesPattern } from '../settings/file-pattern.js';
import type { ExporterRules } from '../settings/guard-config.js';
import { findBlindSpots } from './blind-spots.js';
import { forbiddenPurpose } from './exporter-packages.js';
import { fileAccess } from './file-system.js';
import { ImportAllowances } from './import-allowances.js';
import { chainTo, placeIn, type Project, shownPath, stepOf } from './project.js';
import type { RuleResult } from './worker-no-listen.js';

const FILE_SYSTEM = new Set(['fs', 'fs/promises']);

/** `exporter-read-only`: an exporter loads no database, no queue, no settings, and changes no file. */
export async function checkExporters(
  project: Project,
  rules: ExporterRules,
  entries: readonly string[],
  configFile: string,
): Promise<RuleResult> {
  const allowances = new ImportAllowances(project, rules.allow);
  const forbidden = (step: Step): string | undefined => whyForbidden(project, rules, step);
  const reached = await reach(entries, {
    ...project,
    isBorder: (step) => allowances.covers(step) || forbidden(step) !== undefined,
  });

  const findings: Finding[] = [];
  const seen = new Set<string>();
  const add = (
    code: string,
    severity: Finding['severity'],
    file: ReachedFile,
    what: string,
    last: readonly ChainStep[],
  ): void => {
    if (allowances.coversFile(file.path)) return;
    const owner = packageOfPath(file.path);
    const key = `${owner ?? file.path} ${code} ${what}`;
    if (seen.has(key)) return;
    seen.add(key);
    const { chain, shown } = chainTo(project, file, last);
    const where = owner === undefined ? '' : ` ${owner}, which it loads,`;
    findings.push({
      rule: 'exporter-read-only',
      code,
      severity,
      ...shown,
      message:
        `The exporter ${shownPath(project, file.entry)} only reads:${where} ${what}. ` +
        'Take it out of the exporter, or allow it with a reason.',
      chain,
    });
  };

  for (const step of reached.borders) {
    const why = forbidden(step);
    if (why === undefined || allowances.covers(step)) continue;
    add('forbidden-module', 'error', step.from, `loads '${step.edge.specifier}' (${why})`, [
      stepOf(project, step),
    ]);
  }
  for (const found of findUses(reached)) {
    const { step, use, through } = found;
    if (step.target.kind !== 'builtin' || !FILE_SYSTEM.has(step.target.name)) continue;
    const access = fileAccess(use);
    if (access.kind === 'reads') continue;
    const what = access.kind === 'changes' ? `takes ${access.name} of node:${step.target.name}` : access.why;
    const file = through?.from ?? step.from;
    const code = access.kind === 'changes' ? 'changes-files' : 'may-change-files';
    add(code, access.kind === 'changes' ? 'error' : 'warning', file, what, lastSteps(project, found, what));
  }
  return {
    findings: [
      ...findings,
      ...findBlindSpots(project, reached),
      ...allowances.unused('exporter-read-only', configFile),
    ],
    reach: reached,
  };
}

function lastSteps(project: Project, { step, use, through }: FoundUse, what: string): ChainStep[] {
  const own = placeIn(project, (through?.from ?? step.from).path, use, what);
  return through === undefined
    ? [own]
    : [{ ...own, text: `${what}, by way of '${through.edge.specifier}'` }, stepOf(project, step)];
}

function whyForbidden(project: Project, rules: ExporterRules, step: Step): string | undefined {
  const { edge, target } = step;
  if (target.kind === 'builtin') return target.name === 'sqlite' ? 'a database' : undefined;
  if (target.kind !== 'source') return undefined;
  const path = shownPath(project, target.path);
  if (rules.settings.some((pattern) => matchesPattern(pattern, path))) return 'application settings';
  if (!entersPackage(step)) return undefined;
  for (const name of [packageOfSpecifier(edge.specifier), target.packageName]) {
    if (name === undefined) continue;
    const why = Object.hasOwn(rules.forbidden, name) ? rules.forbidden[name] : forbiddenPurpose(name);
    if (why !== undefined) return why;
  }
  return undefined;
}
