import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { type NapiResolveOptions, ResolverFactory } from 'oxc-resolver';

import type { ModuleEdge } from '../source/module-facts.js';
import { isInstalled, packageOfPath, packageOfSpecifier } from './package-name.js';

/** Where an import leads. */
export type Target =
  | { readonly kind: 'source'; readonly path: string; readonly packageName: string | undefined }
  | { readonly kind: 'builtin'; /** Without `node:`. */ readonly name: string }
  /** JSON, WebAssembly, an addon, declarations: nothing that this package can read. */
  | { readonly kind: 'other-file'; readonly path: string }
  | { readonly kind: 'unresolved'; readonly reason: string };

const SOURCE = /(?<!\.d)\.[cm]?[jt]sx?$/;

const SOURCES_FIRST: NapiResolveOptions = {
  extensions: ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.json', '.node'],
  // TypeScript names the file that it will write.
  extensionAlias: {
    '.js': ['.ts', '.tsx', '.js'],
    '.jsx': ['.tsx', '.jsx'],
    '.mjs': ['.mts', '.mjs'],
    '.cjs': ['.cts', '.cjs'],
  },
  tsconfig: 'auto',
};

const AS_INSTALLED: NapiResolveOptions = {
  extensions: ['.js', '.json', '.node', '.cjs', '.mjs', '.ts'],
  extensionAlias: { '.js': ['.js', '.ts'], '.mjs': ['.mjs', '.mts'], '.cjs': ['.cjs', '.cts'] },
};

/** Resolves imports as Node.js does, and sources of TypeScript as its compiler does. */
export class ImportResolver {
  readonly #factories: Readonly<
    Record<'ours' | 'installed', Readonly<Record<'import' | 'require', ResolverFactory>>>
  >;
  readonly #known = new Map<string, readonly Target[]>();

  /** @param conditions - Further conditions of `exports` that hold, such as `development`. */
  constructor(conditions: readonly string[] = []) {
    const base: NapiResolveOptions = { builtinModules: true, mainFields: ['main'], nodePath: false };
    const first = new ResolverFactory(base);
    const make = (options: NapiResolveOptions, way: 'import' | 'require'): ResolverFactory =>
      first.cloneWithOptions({
        ...base,
        ...options,
        conditionNames: [...conditions, 'node', 'module-sync', way, 'default'],
      });
    this.#factories = {
      ours: { import: make(SOURCES_FIRST, 'import'), require: make(SOURCES_FIRST, 'require') },
      installed: { import: make(AS_INSTALLED, 'import'), require: make(AS_INSTALLED, 'require') },
    };
  }

  /** Where an edge of a file leads: to one target, or for a pattern to as many as match. */
  resolve(file: string, edge: Pick<ModuleEdge, 'kind' | 'specifier' | 'isPattern'>): readonly Target[] {
    const key = `${dirname(file)}\0${edge.specifier}\0${edge.kind === 'require' ? 'r' : 'i'}`;
    let targets = this.#known.get(key);
    if (targets === undefined) {
      targets = edge.isPattern ? matching(file, edge.specifier) : [this.#resolveOne(file, edge)];
      this.#known.set(key, targets);
    }
    return targets;
  }

  #resolveOne(file: string, { kind, specifier }: Pick<ModuleEdge, 'kind' | 'specifier'>): Target {
    const way = kind === 'require' ? 'require' : 'import';
    const installed = isInstalled(file);
    const factory = this.#factories[installed ? 'installed' : 'ours'][way];
    // Bundlers' suffixes, and the paths of `new URL('thread.js', import.meta.url)`.
    const bare = specifier.replace(/[?#].*$/, '') || specifier;
    const asked = kind === 'thread' && !/^(?:\.|\/|file:)/.test(bare) ? `./${bare}` : bare;
    if (/^(?:data|https?):/.test(asked)) return { kind: 'unresolved', reason: 'not a file' };
    const { path, builtin, error } = installed
      ? factory.sync(dirname(file), asked)
      : factory.resolveFileSync(file, asked);
    if (builtin !== undefined) return { kind: 'builtin', name: builtin.resolved.replace(/^node:/, '') };
    if (path === undefined) return { kind: 'unresolved', reason: error ?? 'not found' };
    return toTarget(path, packageOfSpecifier(asked));
  }
}

function toTarget(path: string, named?: string): Target {
  if (!SOURCE.test(path)) return { kind: 'other-file', path };
  return { kind: 'source', path, packageName: packageOfPath(path) ?? named };
}

/** The files that `./tasks/*.js` may mean; a `*` stands for one name, and `.js` for `.ts` too. */
function matching(file: string, pattern: string): Target[] {
  const star = pattern.indexOf('*');
  const folderEnd = pattern.lastIndexOf('/', star);
  const folder = join(dirname(file), pattern.slice(0, folderEnd));
  const source = pattern
    .slice(folderEnd + 1)
    .replace(/\.([cm]?)[jt]sx?$/, '')
    .split('*')
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join('[^/]*');
  const matches = new RegExp(`^${source}(?:\\.[cm]?[jt]sx?)?(?:/index\\.[cm]?[jt]sx?)?$`);
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => name.replaceAll('\\', '/'))
      .filter((name) => matches.test(name) && SOURCE.test(name))
      .map((name) => toTarget(join(folder, name)));
  } catch {
    return [{ kind: 'unresolved', reason: 'no such folder' }];
  }
}
