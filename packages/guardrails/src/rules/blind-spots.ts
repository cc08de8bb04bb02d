import type { Finding } from '../finding.js';
import { isInstalled, packageOfSpecifier } from '../graph/package-name.js';
import type { Reach } from '../graph/reach.js';
import { chainTo, placeIn, type Project } from './project.js';

/**
 * What could not be followed in the project's own files: imports that lead nowhere, imports that only running shows, files
 * that do not parse. An installed package's are left out: what is not installed cannot run, and the rest is the
 * run-time guard's.
 */
export function findBlindSpots(project: Project, { files }: Reach): Finding[] {
  const findings: Finding[] = [];
  /** A package that is not installed is told once, not once for each file that wants it. */
  const missing = new Set<string>();
  for (const file of files.values()) {
    if (isInstalled(file.path)) continue;
    const report = (
      code: string,
      severity: Finding['severity'],
      place: { readonly line: number; readonly column: number },
      what: string,
      message: string,
    ): void => {
      const { chain } = chainTo(project, file, [placeIn(project, file.path, place, what)]);
      const { file: shown = '', line = 1, column = 1 } = chain.at(-1) ?? {};
      findings.push({ rule: 'coverage', code, severity, file: shown, line, column, message, chain });
    };
    const { problem, unknownImports } = file.facts;
    if (problem !== undefined) {
      report(
        'not-parsed',
        'error',
        problem,
        'does not parse',
        `The file does not parse: ${problem.message}.`,
      );
    }
    for (const step of file.steps) {
      if (step.target.kind !== 'unresolved') continue;
      const { specifier } = step.edge;
      if (missing.has(specifier)) continue;
      if (packageOfSpecifier(specifier) !== undefined) missing.add(specifier);
      report(
        'not-resolved',
        'error',
        step.edge,
        `imports '${specifier}'`,
        `'${specifier}' leads to no file, so nothing behind it was looked at. Install or build it first.`,
      );
    }
    for (const { kind, ...place } of unknownImports) {
      const what = kind === 'require' ? 'requires' : kind === 'thread' ? 'starts a thread of' : 'imports';
      report(
        'computed-import',
        'warning',
        place,
        `${what} what is computed`,
        `The file ${what} a module whose name is computed, so what it loads was not looked at. Name the modules in literals.`,
      );
    }
  }
  return findings;
}
