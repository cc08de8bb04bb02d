import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { z } from 'zod';

import type { Finding } from '../finding.js';
import { GuardError } from '../guard-error.js';
import type { TaskNameRules } from '../settings/guard-config.js';
import { type Project, shownPath } from './project.js';
import { readTaskNames, type TaskName } from './read-task-names.js';

/** Names by kind, as the snapshot holds them: sorted, each once. */
export type TaskSnapshot = Readonly<Record<string, readonly string[]>>;

/** What the sources register, and what stands in the way of knowing it. */
export interface RegisteredNames {
  readonly snapshot: TaskSnapshot;
  readonly findings: readonly Finding[];
  /** Where each name stands, by kind and name. */
  readonly places: ReadonlyMap<string, { readonly file: string } & Pick<TaskName, 'line' | 'column'>>;
}

const SNAPSHOT = z.record(z.string(), z.array(z.string()));

/** Reads all registered names from the sources. `filesOf` finds the files of a pattern. */
export function registeredNames(
  project: Project,
  rules: TaskNameRules,
  filesOf: (pattern: string) => readonly string[],
): RegisteredNames {
  const names = new Map<string, Set<string>>();
  const places = new Map<string, { file: string; line: number; column: number }>();
  const findings: Finding[] = [];
  for (const source of rules.sources) {
    const kind = names.get(source.kind) ?? new Set<string>();
    names.set(source.kind, kind);
    let found = 0;
    for (const path of filesOf(source.file)) {
      const file = shownPath(project, path);
      for (const entry of readTaskNames(path, readFileSync(path, 'utf8'), source) ?? []) {
        found += 1;
        const { line, column } = entry;
        if (entry.kind === 'name') {
          kind.add(entry.name);
          places.set(`${source.kind} ${entry.name}`, { file, line, column });
        } else {
          const message = `A ${source.kind} name is computed, so it cannot be compared with the snapshot. Write it as a literal or a constant.`;
          findings.push(taskFinding('computed-name', file, line, column, message));
        }
      }
    }
    if (found === 0) {
      const what = source.call === undefined ? `an export ${source.export}` : `calls of ${source.call}`;
      const message = `No ${source.kind} name was found: expected ${what}, in a form that can be read, in ${source.file}.`;
      findings.push(taskFinding('no-names', source.file, 1, 1, message));
    }
  }
  return {
    snapshot: Object.fromEntries([...names].map(([kind, set]) => [kind, [...set].toSorted()])),
    findings,
    places,
  };
}

/**
 * `task-names`: registered names against the committed snapshot. Jobs lie in queues under their names: one that is renamed finds no
 * worker any more, and its series end.
 *
 * @throws {@link GuardError} `config-invalid` for a snapshot that is damaged.
 */
export function checkTaskNames(
  project: Project,
  rules: TaskNameRules,
  registered: RegisteredNames,
): Finding[] {
  // What could not be read would look as if it were gone.
  if (registered.findings.length > 0) return [...registered.findings];
  const committed = readSnapshot(resolve(project.root, rules.snapshot), rules.snapshot);
  if (committed === undefined) {
    const message = `There is no snapshot of task names. Write it with promshard-guard check --update-snapshot, and commit it.`;
    return [taskFinding('no-snapshot', rules.snapshot, 1, 1, message)];
  }
  const findings: Finding[] = [];
  for (const kind of new Set([...Object.keys(committed), ...Object.keys(registered.snapshot)])) {
    const before = committed[kind] ?? [];
    const now = registered.snapshot[kind] ?? [];
    for (const name of before.filter((known) => !now.includes(known))) {
      const message =
        `The ${kind} name ${name} is gone. Jobs that wait under it find no worker, and its series end. ` +
        'Keep the name until its queue is empty; then update the snapshot.';
      findings.push(taskFinding('name-removed', rules.snapshot, 1, 1, message));
    }
    for (const name of now.filter((known) => !before.includes(known))) {
      const { file, line, column } = registered.places.get(`${kind} ${name}`) ?? {
        file: rules.snapshot,
        line: 1,
        column: 1,
      };
      const message = `The ${kind} name ${name} is not in the snapshot. If it is meant to be new, run promshard-guard check --update-snapshot.`;
      findings.push(taskFinding('name-added', file, line, column, message));
    }
  }
  return findings;
}

/** The snapshot's text, as it is committed. */
export function snapshotText({ snapshot }: RegisteredNames): string {
  return `${JSON.stringify(snapshot, undefined, 2)}\n`;
}

function readSnapshot(path: string, shown: string): TaskSnapshot | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return SNAPSHOT.parse(JSON.parse(text));
  } catch (cause) {
    const message = `${shown} is no snapshot of task names: expected an object of lists of names. Write it anew with --update-snapshot.`;
    throw new GuardError('config-invalid', message, { cause });
  }
}

function taskFinding(code: string, file: string, line: number, column: number, message: string): Finding {
  return { rule: 'task-names', code, severity: 'error', file, line, column, message };
}
