import { appendFileSync, cpSync, existsSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { loadFrom } from '../src/load-native.js';
import { addonIsAbsent } from './addon.js';
import { run } from './run-fixture.js';
import type { Ended } from './run-fixture.js';
import { scratchDirectory } from './scratch.js';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

/** A copy of what the compilation reads. */
function copyOfPackage(): string {
  const root = scratchDirectory();
  cpSync(join(PACKAGE, 'src'), join(root, 'src'), {
    recursive: true,
    filter: (path) => statSync(path).isDirectory() || /\.[ch]$/.test(path),
  });
  cpSync(join(PACKAGE, 'scripts'), join(root, 'scripts'), { recursive: true });
  symlinkSync(join(PACKAGE, 'node_modules'), join(root, 'node_modules'), 'junction');
  return root;
}

function compile(root: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return run(process.execPath, [join(root, 'scripts/compile.mjs'), ...args], {
    env: { ...process.env, ...env },
  });
}

function compiled(root: string): string {
  const { status } = loadFrom(root);
  return status.kind === 'loaded' ? status.path : '';
}

describe('compiling without a compiler', () => {
  const env = { CC: 'no-such-compiler' };

  test('says so in one line and succeeds', async () => {
    const root = copyOfPackage();
    const { code, stdout, stderr } = await compile(root, [], env);
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(stdout).toContain('addons not compiled');
    expect(stderr).toBe('');
    expect(existsSync(join(root, 'build'))).toBe(false);
  });

  test('fails when a prebuild was asked for', async () => {
    expect(await compile(copyOfPackage(), ['--prebuild'], env)).toMatchObject({ code: 1 });
  });
});

describe.skipIf(addonIsAbsent)('compiling (skipped where the addon is not compiled)', () => {
  test('puts the addon where loading finds it, prebuilds first', async () => {
    const root = copyOfPackage();
    expect(await compile(root)).toMatchObject({ code: 0, stderr: '' });
    const built = compiled(root);
    expect(built).toContain(join(root, 'build'));
    expect(await compile(root, ['--prebuild'])).toMatchObject({ code: 0, stderr: '' });
    expect(compiled(root)).toBe(built.replace(join(root, 'build'), join(root, 'prebuilds')));
    expect(readdirSync(join(built, '..')).toSorted()).toEqual([
      'promshard_native.node',
      'promshard_views.node',
    ]);
  });

  test('is done once for the same sources, and again when one changes', async () => {
    const root = copyOfPackage();
    await compile(root);
    const built = compiled(root);
    const first = statSync(built).ino;
    await compile(root, [], { CC: 'no-such-compiler' });
    expect(statSync(built).ino).toBe(first);
    appendFileSync(join(root, 'src/writing/lock.c'), '\n');
    await compile(root);
    expect(statSync(built).ino).not.toBe(first);
  });

  test('fails on an error in the sources, shows it, and leaves no file', async () => {
    const root = copyOfPackage();
    appendFileSync(join(root, 'src/writing/lock.c'), 'this is not C;\n');
    const { code, stderr } = await compile(root);
    expect(code).toBe(1);
    expect(stderr).toContain('lock.c');
    expect(compiled(root)).toBe('');
  });

  test('accepts a compiler with arguments', async () => {
    const root = copyOfPackage();
    expect(await compile(root, [], { CC: 'cc -g0' })).toMatchObject({ code: 0, stderr: '' });
    expect(compiled(root)).not.toBe('');
    rmSync(compiled(root));
  });
});
