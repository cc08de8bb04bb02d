/**
 * What the sources of each package may import and where they may change files: the import rules of
 * ARCHITECTURE.md as data. Tests beside the sources are free.
 */
export interface PackageRules {
  /** Packages of this workspace, or parts of them, by the name after `@promshard/`. */
  readonly ours: readonly string[];
  /** Packages of others. */
  readonly others: readonly string[];
  /** Whether `node:` modules may be imported at all. */
  readonly node: boolean;
  /** The one source file that may import `node:` modules in a package that otherwise imports none. */
  readonly nodeFile?: string;
  /**
   * The one source file that may import functions of `node:fs` which create, change or delete;
   * `undefined` where the package only ever reads.
   */
  readonly changesFiles?: string;
  /** Whether it may make a `require` function, the only way to load a native addon. */
  readonly loadsAddon?: true;
}

const pure = { ours: [], others: [], node: false } as const;

export const PACKAGE_RULES: Readonly<Record<string, PackageRules>> = {
  'shard-format': pure,
  // Only the subpath ./hash, which is not needed to judge labels.
  'label-policy': { ...pure, nodeFile: 'src/keyed-hash.ts' },
  exposition: pure,
  config: { ours: [], others: ['zod'], node: true },
  native: { ours: [], others: [], node: true, loadsAddon: true },
  // Of the addons, the one that can only read.
  aggregator: { ours: ['native/views', 'shard-format'], others: [], node: true },
  exporter: {
    ours: ['aggregator', 'config', 'exposition', 'label-policy', 'native/views'],
    others: ['bcryptjs', 'yaml'],
    node: true,
  },
  guardrails: {
    ours: ['aggregator', 'config', 'exposition', 'label-policy'],
    others: ['fast-glob', 'oxc-parser', 'oxc-resolver', 'zod'],
    node: true,
    // The cache, and the snapshot of task names.
    changesFiles: 'src/replace-file.ts',
  },
  writer: {
    ours: ['config', 'label-policy', 'native', 'shard-format'],
    others: ['prom-client'],
    node: true,
    changesFiles: 'src/shard-directory.ts',
  },
  'prom-client': { ours: ['writer'], others: ['prom-client-original'], node: false },
  tasks: { ours: ['label-policy', 'writer'], others: ['prom-client'], node: true },
  queues: {
    ours: [],
    // The drivers are those of the project in whose folder the bin runs, loaded by name from there.
    others: ['bullmq', 'ioredis', 'pg', 'pg-boss', 'prom-client'],
    node: true,
  },
  http: { ours: ['writer'], others: ['prom-client'], node: true },
  collectors: { ours: [], others: ['prom-client'], node: true },
  health: { ours: [], others: [], node: true },
  'query-proxy': {
    ours: [],
    // The grammar has its highlighter and its runtime as peers.
    others: ['@lezer/common', '@lezer/highlight', '@lezer/lr', '@prometheus-io/lezer-promql'],
    node: true,
  },
  pruner: {
    ours: ['config', 'native', 'shard-format'],
    others: [],
    node: true,
    changesFiles: 'src/prune-directory.ts',
  },
};

/** Names of `node:fs` and `node:fs/promises` with which nothing can be changed. */
export const READING_NAMES: ReadonlySet<string> = new Set(
  [
    ['access', 'close', 'fstat', 'lstat', 'opendir', 'read', 'readdir', 'readFile', 'readlink', 'readv'],
    ['realpath', 'stat', 'statfs'],
  ]
    .flat()
    .flatMap((name) => [name, `${name}Sync`])
    .concat('constants', 'createReadStream', 'existsSync', 'unwatchFile', 'watch', 'watchFile')
    .concat('BigIntStats', 'BigIntStatsFs', 'Dir', 'Dirent', 'PathLike', 'ReadStream', 'StatFs', 'Stats'),
);

/** Names that read or write by their flags: each call is looked at. */
export const OPENING_NAMES: ReadonlySet<string> = new Set(['open', 'openSync']);
