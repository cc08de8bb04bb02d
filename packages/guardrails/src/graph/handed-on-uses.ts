import type { ModuleUse } from '../source/module-facts.js';
import type { Reach, Step } from './reach.js';

/** What is done with a module: in the file that imports it, or in one that gets it from there. */
export interface FoundUse {
  /** The import of the module itself. */
  readonly step: Step;
  readonly use: ModuleUse;
  /** Where the use stands, if not beside the import: the import of the file that hands the module on. */
  readonly through: Step | undefined;
}

/** Handing on through handing on ends here, so that a cycle of re-exports does too. */
const MAX_HANDS = 12;

/**
 * All uses of every import, with those behind re-exports: `export * from 'node:http'` in one file and
 * `createServer()` in another is a use of `node:http`.
 */
export function findUses({ files }: Reach): FoundUse[] {
  const found: FoundUse[] = [];
  const seen = new Set<string>();

  const follow = (step: Step, use: ModuleUse, through: Step | undefined, hands: number): void => {
    const key = [
      step.from.path,
      step.edgeIndex,
      step.target.kind === 'source' ? step.target.path : '',
      use.path,
      use.escapes,
      use.opens,
      through?.from.path,
      through?.edgeIndex,
    ].join('\0');
    if (seen.has(key)) return;
    seen.add(key);
    found.push({ step, use, through });
    if (step.target.kind !== 'source' || hands > MAX_HANDS) return;
    const target = files.get(step.target.path);
    if (target === undefined) return;
    for (const handedOn of target.facts.exports) {
      const path = memberBehind(use.path, handedOn);
      if (path === undefined) continue;
      for (const next of target.steps.filter(({ edgeIndex }) => edgeIndex === handedOn.edge)) {
        follow(next, { ...use, path }, through ?? step, hands + 1);
      }
    }
  };

  for (const file of files.values()) {
    for (const step of file.steps) {
      for (const use of step.edge.uses) follow(step, use, undefined, 0);
    }
  }
  return found;
}

/** The member of a handed-on module that a use of the handing file means; undefined if it means something else. */
function memberBehind(
  used: string,
  handedOn: { readonly name: string; readonly path: string },
): string | undefined {
  if (handedOn.name === '*') return join(handedOn.path, used);
  // A whole that escapes takes every name with it.
  if (used === '') return handedOn.path;
  for (const path of [used, used.replace(/^default(?:\.|$)/, '')]) {
    if (path === handedOn.name) return handedOn.path;
    if (path.startsWith(`${handedOn.name}.`))
      return join(handedOn.path, path.slice(handedOn.name.length + 1));
  }
  return undefined;
}

function join(one: string, other: string): string {
  return one === '' || other === '' ? one + other : `${one}.${other}`;
}
