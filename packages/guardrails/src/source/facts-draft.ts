import type {
  GlobalUse,
  MetricDeclaration,
  ModuleEdge,
  ModuleFacts,
  ModuleUse,
  Place,
  ReExport,
  UnknownImport,
} from './module-facts.js';
import type { EdgeDraft, Origin } from './module-origins.js';
import type { Node } from './syntax.js';

type UseDetails = Pick<ModuleUse, 'escapes' | 'opens'>;

/** Gathers one file's facts; each use is kept once, at its first place. */
export class FactsDraft {
  readonly #edges: readonly EdgeDraft[];
  readonly #kept = new Set<EdgeDraft>();
  readonly #uses = new Map<EdgeDraft, Map<string, ModuleUse>>();
  readonly #exports = new Map<string, { name: string; edge: EdgeDraft; path: string }>();
  readonly #unknownImports = new Map<Node, UnknownImport>();
  readonly #globals = new Map<string, GlobalUse>();
  readonly #metrics: { edge: EdgeDraft; declaration: Omit<MetricDeclaration, 'edge'> }[] = [];
  readonly placeOf: (offset: number) => Place;

  /** @param edges - Filled while the file is read. */
  constructor(edges: readonly EdgeDraft[], placeOf: (offset: number) => Place) {
    this.#edges = edges;
    this.placeOf = placeOf;
  }

  /** Notes that an edge is there at run time: TypeScript drops an import of which only types are used. */
  keep(edge: EdgeDraft): void {
    this.#kept.add(edge);
  }

  addUse({ edge, path }: Origin, node: Node, details: UseDetails = {}): void {
    let uses = this.#uses.get(edge);
    if (uses === undefined) {
      uses = new Map();
      this.#uses.set(edge, uses);
    }
    // Deeper members say nothing more: `promises.rm` is enough.
    const shown = path.slice(0, 3).join('.');
    const key = `${shown} ${details.escapes ?? ''} ${details.opens ?? ''}`;
    if (!uses.has(key)) uses.set(key, { path: shown, ...this.placeOf(node.start), ...details });
  }

  addExport(name: string, { edge, path }: Origin): void {
    this.#exports.set(`${name} ${path.join('.')} ${edge.specifier}`, { name, edge, path: path.join('.') });
  }

  addUnknownImport(node: Node): void {
    const kind =
      node.type === 'ImportExpression'
        ? 'dynamic-import'
        : node.type === 'NewExpression'
          ? 'thread'
          : 'require';
    this.#unknownImports.set(node, { kind, ...this.placeOf(node.start) });
  }

  addGlobal(name: string, node: Node): void {
    if (!this.#globals.has(name)) this.#globals.set(name, { name, ...this.placeOf(node.start) });
  }

  addMetric(edge: EdgeDraft, declaration: Omit<MetricDeclaration, 'edge'>): void {
    this.#metrics.push({ edge, declaration });
  }

  finish(isTypeScript: boolean): ModuleFacts {
    const isKept = (edge: EdgeDraft): boolean =>
      !isTypeScript || edge.kind !== 'import' || this.#kept.has(edge);
    const kept = this.#edges.filter(isKept);
    const indexOf = new Map(kept.map((edge, index) => [edge, index]));
    const withIndex = <T extends object>(edge: EdgeDraft, rest: T): (T & { edge: number })[] => {
      const index = indexOf.get(edge);
      return index === undefined ? [] : [{ ...rest, edge: index }];
    };
    return {
      edges: kept.map((draft): ModuleEdge => {
        const { isPattern, ...edge } = draft;
        const uses = [...(this.#uses.get(draft)?.values() ?? [])];
        return isPattern ? { ...edge, isPattern, uses } : { ...edge, uses };
      }),
      exports: [...this.#exports.values()].flatMap(({ name, edge, path }): ReExport[] =>
        withIndex(edge, { name, path }),
      ),
      unknownImports: [...this.#unknownImports.values()],
      globals: [...this.#globals.values()],
      metrics: this.#metrics.flatMap(({ edge, declaration }): MetricDeclaration[] =>
        withIndex(edge, declaration),
      ),
    };
  }
}
