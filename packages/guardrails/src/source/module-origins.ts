import { type EdgeKind, type Place } from './module-facts.js';
import { interopArgument, moduleRequest } from './module-request.js';
import type { Binding, Scope } from './scopes.js';
import { bare, keyName, type Node } from './syntax.js';

/** The module that a value comes from, and the member of it that the value is. */
export interface Origin {
  readonly edge: EdgeDraft;
  readonly path: readonly string[];
}

/** An edge while its file is read. */
export interface EdgeDraft extends Place {
  readonly kind: EdgeKind;
  readonly specifier: string;
  readonly isPattern: boolean;
}

/** Knows the modules of one file and follows values back to them, through names, members and compilers' wrappers. */
export class ModuleOrigins {
  readonly #edges = new Map<Node, EdgeDraft | undefined>();
  readonly #imported = new Map<Node, Origin>();
  readonly #busy = new Set<Binding>();
  readonly #placeOf: (offset: number) => Place;
  /** Every module that the file takes, in the order in which it was found. */
  readonly edges: EdgeDraft[] = [];

  constructor(placeOf: (offset: number) => Place) {
    this.#placeOf = placeOf;
  }

  /** Notes an `import` or `export … from` declaration. */
  addDeclaration(node: Node, kind: EdgeKind, specifier: string): EdgeDraft {
    return this.#addEdge(node, kind, specifier, false);
  }

  /** Notes what a name of an import declaration stands for. */
  addImportedName(specifier: Node, edge: EdgeDraft, path: readonly string[]): void {
    this.#imported.set(specifier, { edge, path });
  }

  /** The module that an expression takes by itself; `unknown` where only running shows which. */
  requested(node: Node, scope: Scope): EdgeDraft | 'unknown' | undefined {
    if (this.#edges.has(node)) return this.#edges.get(node) ?? 'unknown';
    const request = moduleRequest(node, scope);
    if (request === undefined) return undefined;
    if (request.specifier === undefined) {
      this.#edges.set(node, undefined);
      return 'unknown';
    }
    return this.#addEdge(node, request.kind, request.specifier, request.isPattern);
  }

  /** Where the value of an expression may come from; empty where that is no module. */
  of(expression: Node, scope: Scope): readonly Origin[] {
    const imported = this.#imported.get(expression);
    if (imported !== undefined) return [imported];
    const node = bare(expression);
    switch (node.type) {
      case 'Identifier':
        return this.#ofName(node.name, scope);
      case 'AwaitExpression':
        return this.of(node.argument, scope);
      case 'MemberExpression': {
        const key = keyName(node.property, node.computed);
        if (key === undefined) return [];
        return this.of(node.object, scope).map(({ edge, path }) => ({ edge, path: [...path, key] }));
      }
      case 'LogicalExpression':
        return [...this.of(node.left, scope), ...this.of(node.right, scope)];
      case 'ConditionalExpression':
        return [...this.of(node.consequent, scope), ...this.of(node.alternate, scope)];
      case 'AssignmentExpression':
        return this.of(node.right, scope);
      case 'CallExpression': {
        const inner = interopArgument(node);
        if (inner !== undefined) return this.of(inner, scope);
        return this.#ofRequest(node, scope);
      }
      case 'ImportExpression':
      case 'TSExternalModuleReference':
        return this.#ofRequest(node, scope);
      default:
        return [];
    }
  }

  #ofRequest(node: Node, scope: Scope): readonly Origin[] {
    const edge = this.requested(node, scope);
    return edge === undefined || edge === 'unknown' ? [] : [{ edge, path: [] }];
  }

  #ofName(name: string, scope: Scope): readonly Origin[] {
    const binding = scope.find(name);
    if (binding === undefined || this.#busy.has(binding)) return [];
    this.#busy.add(binding);
    const origins = binding.values.flatMap((value) =>
      this.of(value.node, value.scope).map(({ edge, path }) => ({ edge, path: [...path, ...value.path] })),
    );
    this.#busy.delete(binding);
    return origins;
  }

  #addEdge(node: Node, kind: EdgeKind, specifier: string, isPattern: boolean): EdgeDraft {
    const edge = { kind, specifier, isPattern, ...this.#placeOf(node.start) };
    this.#edges.set(node, edge);
    this.edges.push(edge);
    return edge;
  }
}
