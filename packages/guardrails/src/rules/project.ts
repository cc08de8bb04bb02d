import { relative } from 'node:path';

import type { ChainStep } from '../finding.js';
import { isInstalled, withSlashes } from '../graph/package-name.js';
import { type ReachedFile, type Step, wayTo } from '../graph/reach.js';
import type { ImportResolver } from '../graph/resolver.js';
import type { Scanner } from '../scan/scanner.js';
import type { EdgeKind, Place } from '../source/module-facts.js';

/** The codebase that rules look at. */
export interface Project {
  /** The folder of the configuration file; absolute. */
  readonly root: string;
  readonly scanner: Scanner;
  readonly resolver: ImportResolver;
}

/** A path as reports show it: relative to the project, with forward slashes. */
export function shownPath({ root }: Pick<Project, 'root'>, path: string): string {
  return withSlashes(relative(root, path));
}

const VERBS: Readonly<Record<EdgeKind, string>> = {
  import: 'imports',
  export: 're-exports',
  'dynamic-import': 'imports, when it runs,',
  require: 'requires',
  thread: 'starts as a thread',
};

/** What a file does at an import: `imports './queue.js'`. */
export function shownImport({ edge, target }: Pick<Step, 'edge' | 'target'>): string {
  const name = target.kind === 'builtin' ? `node:${target.name}` : edge.specifier;
  return `${VERBS[edge.kind]} '${name}'`;
}

export function stepOf(project: Project, step: Step): ChainStep {
  const { line, column } = step.edge;
  return { file: shownPath(project, step.from.path), line, column, text: shownImport(step) };
}

/** The chain from the entry point to a place in a file, and the place to show for it. */
export function chainTo(
  project: Project,
  file: ReachedFile,
  last: readonly ChainStep[],
): { chain: ChainStep[]; shown: Pick<ChainStep, 'file' | 'line' | 'column'> } {
  const chain = [...wayTo(file).map((step) => stepOf(project, step)), ...last];
  // The last place that somebody here can change.
  const ours = chain.findLast((step) => !isInstalled(`/${step.file}`)) ?? chain[0];
  const { file: shown = shownPath(project, file.path), line = 1, column = 1 } = ours ?? {};
  return { chain, shown: { file: shown, line, column } };
}

export function placeIn(project: Project, path: string, { line, column }: Place, text: string): ChainStep {
  return { file: shownPath(project, path), line, column, text };
}
