import type { Finding, RuleName } from '../finding.js';
import type { Step } from '../graph/reach.js';
import { packageOfSpecifier } from '../graph/package-name.js';
import { matchesPattern } from '../settings/file-pattern.js';
import type { ImportAllowance } from '../settings/guard-config.js';
import { type Project, shownPath } from './project.js';

/** What a rule does not look into, by the configuration; it remembers what was of use. */
export class ImportAllowances {
  readonly #project: Project;
  readonly #allowances: readonly ImportAllowance[];
  readonly #used = new Set<ImportAllowance>();

  constructor(project: Project, allowances: readonly ImportAllowance[]) {
    this.#project = project;
    this.#allowances = allowances;
  }

  /** Whether an import leads to something allowed. */
  covers({ edge, target }: Step): boolean {
    const path = target.kind === 'source' ? target.path : undefined;
    const names = [
      packageOfSpecifier(edge.specifier),
      target.kind === 'source' ? target.packageName : undefined,
      target.kind === 'builtin' ? `node:${target.name}` : undefined,
    ];
    return this.#note(
      (allowance) =>
        (allowance.package !== undefined && names.includes(allowance.package)) ||
        (path !== undefined && this.#coversPath(allowance, path)),
    );
  }

  /** Whether a file itself is allowed. */
  coversFile(path: string): boolean {
    return this.#note((allowance) => this.#coversPath(allowance, path));
  }

  /** Allowances that allowed nothing: what they were for has gone, and they would hide the next one. */
  unused(rule: RuleName, configFile: string): Finding[] {
    return this.#allowances
      .filter((allowance) => !this.#used.has(allowance))
      .map(({ package: name, file }) => ({
        rule: 'coverage',
        code: 'unused-allowance',
        severity: 'warning',
        file: configFile,
        line: 1,
        column: 1,
        message: `The allowance of ${name ?? file} in ${rule} allows nothing. Remove it.`,
      }));
  }

  #coversPath({ file }: ImportAllowance, path: string): boolean {
    return file !== undefined && matchesPattern(file, shownPath(this.#project, path));
  }

  #note(matches: (allowance: ImportAllowance) => boolean): boolean {
    const found = this.#allowances.filter((allowance) => matches(allowance));
    for (const allowance of found) this.#used.add(allowance);
    return found.length > 0;
  }
}
