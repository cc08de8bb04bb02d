import type { Scanner } from '../scan/scanner.js';
import type { ModuleEdge, ModuleFacts } from '../source/module-facts.js';
import { isInstalled, packageOfPath } from './package-name.js';
import type { ImportResolver, Target } from './resolver.js';

/** One import, from the file that has it to where it leads. */
export interface Step {
  readonly from: ReachedFile;
  readonly edge: ModuleEdge;
  readonly edgeIndex: number;
  readonly target: Target;
}

/** A file that an entry point loads, directly or through others. */
export interface ReachedFile {
  readonly path: string;
  readonly facts: ModuleFacts;
  /** The import by which it was first reached, on a shortest way; undefined for an entry point. */
  readonly via: Step | undefined;
  /** The entry point of that way. */
  readonly entry: string;
  readonly steps: readonly Step[];
}

/** Everything that some entry points load. */
export interface Reach {
  readonly files: ReadonlyMap<string, ReachedFile>;
  /** Imports that were not followed because {@link ReachOptions.isBorder} said so. */
  readonly borders: readonly Step[];
}

export interface ReachOptions {
  readonly scanner: Scanner;
  readonly resolver: ImportResolver;
  /** Whether an import is judged by itself: its file is then not looked into. */
  readonly isBorder: (step: Step) => boolean;
}

/** Follows imports from entry points, transitively, into dependencies, in the order of their distance. */
export async function reach(entries: readonly string[], options: ReachOptions): Promise<Reach> {
  const { scanner, resolver, isBorder } = options;
  const files = new Map<string, ReachedFile>();
  const borders: Step[] = [];
  let wave: { path: string; via: Step | undefined; entry: string }[] = entries.map((entry) => ({
    path: entry,
    via: undefined,
    entry,
  }));
  const seen = new Set(entries);

  while (wave.length > 0) {
    await scanner.scan(wave.map(({ path }) => path));
    const next: typeof wave = [];
    for (const { path, via, entry } of wave) {
      const facts = scanner.factsOf(path);
      if (facts === undefined) continue;
      const steps: Step[] = [];
      const file: ReachedFile = { path, facts, via, entry, steps };
      files.set(path, file);
      for (const [edgeIndex, edge] of facts.edges.entries()) {
        for (const target of resolver.resolve(path, edge)) {
          const step: Step = { from: file, edge, edgeIndex, target };
          steps.push(step);
          if (isBorder(step)) borders.push(step);
          else if (target.kind === 'source' && !seen.has(target.path)) {
            seen.add(target.path);
            next.push({ path: target.path, via: step, entry });
          }
        }
      }
    }
    wave = next;
  }
  return { files, borders };
}

/** The imports that lead from an entry point to a file, in order. */
export function wayTo(file: ReachedFile): Step[] {
  const way: Step[] = [];
  for (let step = file.via; step !== undefined; step = step.from.via) way.unshift(step);
  return way;
}

/** Whether an import goes from one package, or from the project, into another package. */
export function entersPackage({ from, target }: Step): boolean {
  if (target.kind !== 'source' || target.packageName === undefined) return false;
  if (!isInstalled(target.path) && !isInstalled(from.path)) return true;
  return packageOfPath(from.path) !== target.packageName;
}
