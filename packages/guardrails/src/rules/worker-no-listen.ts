import type { ChainStep, Finding } from '../finding.js';
import { findUses, type FoundUse } from '../graph/handed-on-uses.js';
import { isInstalled, packageOfPath } from '../graph/package-name.js';
import { entersPackage, reach, type Reach, type ReachedFile, type Step } from '../graph/reach.js';
import type { WorkerRules } from '../settings/guard-config.js';
import { findBlindSpots } from './blind-spots.js';
import { ImportAllowances } from './import-allowances.js';
import { canListen, isReadClient, isWhole, knownServer, listenerIn, type ServerNames } from './listeners.js';
import { chainTo, placeIn, type Project, shownPath, stepOf } from './project.js';

/** What a rule found, and what it looked at. */
export interface RuleResult {
  readonly findings: readonly Finding[];
  readonly reach: Reach;
}

/** `worker-no-listen`: no way from a worker's entry points to anything that listens. */
export async function checkWorkers(
  project: Project,
  rules: WorkerRules,
  entries: readonly string[],
  configFile: string,
): Promise<RuleResult> {
  const allowances = new ImportAllowances(project, rules.allow);
  const serverOf = (step: Step): ServerNames | undefined => {
    if (step.target.kind !== 'source' || !entersPackage(step)) return undefined;
    return knownServer(step.edge.specifier, step.target.packageName, rules.servers);
  };
  const reached = await reach(entries, {
    ...project,
    isBorder: (step) => allowances.covers(step) || serverOf(step) !== undefined,
  });

  const report = new ListenReport(project, allowances);
  for (const step of reached.borders) {
    if (serverOf(step) === 'any' && !allowances.covers(step)) report.addServer(step);
  }
  for (const found of findUses(reached)) {
    const server = serverOf(found.step);
    if (server !== undefined && server !== 'any') judgeMixed(found, server, report);
    else if (found.step.target.kind === 'builtin') judgeBuiltin(found, found.step.target.name, report);
  }
  for (const file of reached.files.values()) {
    for (const use of file.facts.globals.filter(({ name }) => !name.startsWith('?'))) {
      report.add('error', file, `calls ${use.name}`, [placeIn(project, file.path, use, `calls ${use.name}`)]);
    }
  }
  return {
    findings: [
      ...report.findings,
      ...findBlindSpots(project, reached),
      ...allowances.unused('worker-no-listen', configFile),
    ],
    reach: reached,
  };
}

function judgeBuiltin(found: FoundUse, builtin: string, report: ListenReport): void {
  const { use, step } = found;
  const listener = listenerIn(builtin, use.path);
  if (listener !== undefined) {
    report.addUse('error', found, `takes ${listener} of node:${builtin}`);
  } else if (
    use.escapes === true &&
    isWhole(use.path) &&
    canListen(builtin) &&
    !isReadClient(packageOfPath(step.from.path))
  ) {
    // Lost from sight, but the same file makes a server of something that was lost from sight.
    const suspect = step.from.facts.globals.find(({ name }) => name.startsWith('?.'));
    if (suspect !== undefined) {
      report.addUse(
        'error',
        found,
        `passes node:${builtin} on, and calls ${suspect.name.slice(2)} of something`,
      );
    } else {
      report.addUse('warning', found, `passes the whole of node:${builtin} on`);
    }
  }
}

function judgeMixed(found: FoundUse, servers: readonly string[], report: ListenReport): void {
  const { use, step } = found;
  const name = use.path.replace(/^default\./, '').split('.')[0] ?? '';
  if (servers.includes(name)) {
    report.addUse('error', found, `takes ${name} of '${step.edge.specifier}'`);
  } else if (use.escapes === true && isWhole(use.path) && !isInstalled(step.from.path)) {
    report.addUse(
      'warning',
      found,
      `passes the whole of '${step.edge.specifier}' on, which has a server too`,
    );
  }
}

/** Gathers findings: one for each file of the project, one for each installed package, the nearest first. */
class ListenReport {
  readonly #project: Project;
  readonly #allowances: ImportAllowances;
  readonly #seen = new Set<string>();
  readonly findings: Finding[] = [];

  constructor(project: Project, allowances: ImportAllowances) {
    this.#project = project;
    this.#allowances = allowances;
  }

  addServer(step: Step): void {
    this.add('error', step.from, `loads '${step.edge.specifier}', which is a server`, [
      stepOf(this.#project, step),
    ]);
  }

  /** A use of a module; for one that was handed on, the import that got it is shown before the handing on. */
  addUse(severity: Finding['severity'], { step, use, through }: FoundUse, what: string): void {
    const file = through?.from ?? step.from;
    const own = placeIn(this.#project, file.path, use, what);
    const last: ChainStep[] =
      through === undefined
        ? [own]
        : [{ ...own, text: `${what}, by way of '${through.edge.specifier}'` }, stepOf(this.#project, step)];
    this.add(severity, file, what, last);
  }

  add(severity: Finding['severity'], file: ReachedFile, what: string, last: readonly ChainStep[]): void {
    if (this.#allowances.coversFile(file.path)) return;
    const owner = packageOfPath(file.path);
    const key = owner === undefined ? `${file.path} ${what}` : `${owner} ${severity}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const { chain, shown } = chainTo(this.#project, file, last);
    const entry = shownPath(this.#project, file.entry);
    const where = owner === undefined ? '' : ` in ${owner}`;
    this.findings.push({
      rule: 'worker-no-listen',
      code: severity === 'error' ? 'listens' : 'may-listen',
      severity,
      ...shown,
      message:
        severity === 'error'
          ? `The worker ${entry} comes to what listens${where}: it ${what}. ` +
            'Take it out of the worker, or allow it with a reason.'
          : `The worker ${entry} may come to what listens${where}: it ${what}, where it cannot be followed. ` +
            'Take the members that you need, or allow it with a reason; the run-time guard holds in any case.',
      chain,
    });
  }
}
