/**
 * What one source file says about modules and metrics: all that the rules need of it, so that a file is parsed
 * once and remembered by its content. Plain JSON.
 */
export interface ModuleFacts {
  readonly edges: readonly ModuleEdge[];
  readonly exports: readonly ReExport[];
  /** Imports whose module only running shows. */
  readonly unknownImports: readonly UnknownImport[];
  /** Members of globals that listen without an import: `Bun.serve`. */
  readonly globals: readonly GlobalUse[];
  readonly metrics: readonly MetricDeclaration[];
  /** The first syntax error; what is after it may have been missed. */
  readonly problem?: { readonly message: string } & Place;
}

/** Where something stands in a file; both from 1, columns in UTF-16 code units. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** How a module is taken. A `thread` is a file that runs as a worker thread of the same process. */
export type EdgeKind = 'import' | 'export' | 'dynamic-import' | 'require' | 'thread';

/** One module that a file takes at run time; imports of types alone are none. */
export interface ModuleEdge extends Place {
  readonly kind: EdgeKind;
  /** As written; `./tasks/*.js` stands for a template of which only the ends are known. */
  readonly specifier: string;
  readonly isPattern?: true;
  readonly uses: readonly ModuleUse[];
}

/** What a file does with a module, or with a member of it. */
export interface ModuleUse extends Place {
  /** Names from the module inwards: `createServer`, `promises.rm`; empty for the module itself. */
  readonly path: string;
  /** The value goes where it cannot be followed: an argument, a property, a computed member. */
  readonly escapes?: true;
  /** For `open` and `openSync` called with flags: what they say. */
  readonly opens?: 'reading' | 'writing' | 'unknown';
}

/** A module, or a member of it, that a file hands on to whoever imports the file. */
export interface ReExport {
  /** The name it is exported under; `*` for all names of the module. */
  readonly name: string;
  /** Index of the edge. */
  readonly edge: number;
  /** What of the module; empty for the module itself. */
  readonly path: string;
}

export interface UnknownImport extends Place {
  readonly kind: EdgeKind;
}

export interface GlobalUse extends Place {
  readonly name: string;
}

/** A metric's class, by the name that every client library gives it; the last two are those of OpenMetrics. */
export type MetricClass = 'Counter' | 'Gauge' | 'Histogram' | 'Summary' | 'Info' | 'StateSet';

/** `new Counter({ name, help, labelNames })`, where the class comes from a module. */
export interface MetricDeclaration extends Place {
  readonly class: MetricClass;
  /** Index of the edge that the class comes from. */
  readonly edge: number;
  /** The name under which that module exports it. */
  readonly exportedName: string;
  readonly name: StaticText;
  readonly help: StaticText;
  readonly labelNames: StaticList;
  /** `multiprocessMode` or prom-client's `aggregator`. */
  readonly mode: StaticText;
}

/** Text that reading the source shows, or that it does not show. */
export type StaticText =
  | { readonly kind: 'known'; readonly text: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'computed' };

/** As {@link StaticText}, for a list of texts; `partly` where some elements are computed. */
export type StaticList =
  | { readonly kind: 'known'; readonly items: readonly StaticItem[] }
  | { readonly kind: 'partly'; readonly items: readonly StaticItem[] }
  | { readonly kind: 'absent' };

export interface StaticItem extends Place {
  readonly text: string;
}

/** Facts of a file that imports nothing and declares nothing. */
export const NO_FACTS: ModuleFacts = { edges: [], exports: [], unknownImports: [], globals: [], metrics: [] };
