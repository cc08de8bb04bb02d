import { cpSync, existsSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { runSuccessfully } from './run-program.js';

export const workspace: string = fileURLToPath(new URL('../..', import.meta.url));

export interface Packed {
  readonly name: string;
  /** Absolute path of the tarball. */
  readonly filename: string;
  /** Paths inside it. */
  readonly files: readonly { readonly path: string }[];
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devEngines?: { readonly packageManager?: { readonly version?: string } };
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/**
 * Packs packages as a release would: `workspace:` versions become real ones.
 *
 * @param filter - Which, for pnpm's `--filter`; by default all.
 */
export async function packPackages(destination: string, filter = './packages/*'): Promise<Packed[]> {
  const version = readManifest(workspace).devEngines?.packageManager?.version ?? 'latest';
  const pack = ['--filter', filter, 'pack', '--pack-destination', destination, '--json'];
  const output = await runSuccessfully('npx', ['-y', `pnpm@${version}`, ...pack], { cwd: workspace });
  return JSON.parse(output.slice(output.indexOf('['))) as Packed[];
}

/**
 * Packs what is installed here under a name, and all that it needs, so that npm can install it elsewhere
 * without asking a registry.
 *
 * @param from - Folder of the package that depends on it.
 */
export async function packInstalled(
  names: readonly string[],
  from: string,
  destination: string,
): Promise<Map<string, string>> {
  const folders = new Map<string, string>();
  const visit = (name: string, dependant: string): void => {
    if (folders.has(name)) return;
    const folder = findInstalled(name, dependant);
    folders.set(name, folder);
    const { dependencies = {}, optionalDependencies = {} } = readManifest(folder);
    for (const next of Object.keys(dependencies)) visit(next, folder);
    // Of a binary for each platform, the one for this one.
    for (const next of Object.keys(optionalDependencies)) if (isInstalled(next, folder)) visit(next, folder);
  };
  for (const name of names) visit(name, from);

  const tarballs = new Map<string, string>();
  for (const [name, folder] of folders) {
    const tarball = join(destination, `${name.replaceAll(/[@/]/g, '')}.tgz`);
    const copy = `${tarball}-content`;
    // A copy, since pnpm links equal files together, and npm leaves the links of a tarball out.
    cpSync(folder, join(copy, 'package'), { recursive: true });
    await runSuccessfully('tar', ['-czf', tarball, '-C', copy, 'package'], { cwd: destination });
    rmSync(copy, { recursive: true });
    tarballs.set(name, tarball);
  }
  return tarballs;
}

/** Where Node would find a package, asked for from a folder. */
function findInstalled(name: string, dependant: string): string {
  const found = lookFor(name, dependant);
  if (found === undefined) throw new Error(`${name} is not installed for ${dependant}`);
  return found;
}

function isInstalled(name: string, dependant: string): boolean {
  return lookFor(name, dependant) !== undefined;
}

function lookFor(name: string, dependant: string): string | undefined {
  for (let folder = realpathSync(dependant); ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
    if (dirname(folder) === folder) return undefined;
  }
}
