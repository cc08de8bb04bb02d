import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { findViolations, type SourceFile } from './find-violations.js';
import { PACKAGE_RULES } from './package-rules.js';

const packagesFolder = fileURLToPath(new URL('../../packages', import.meta.url));
const packageNames = readdirSync(packagesFolder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

/** A package's own sources, without the tests beside them. */
function sourcesOf(packageName: string): SourceFile[] {
  const folder = join(packagesFolder, packageName);
  return readdirSync(join(folder, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]sx?$/.test(entry.name))
    .filter((entry) => !/\.(?:test|test-d|stress|bench)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({
      path: relative(folder, path).split(sep).join('/'),
      text: readFileSync(path, 'utf8'),
    }));
}

function rulesOf(packageName: string): (typeof PACKAGE_RULES)[string] {
  const rules = PACKAGE_RULES[packageName];
  if (rules === undefined) throw new Error(`packages/${packageName} has no line in package-rules.ts`);
  return rules;
}

describe.each(packageNames)('%s', (packageName) => {
  test('imports only what its rules allow', () => {
    const rules = rulesOf(packageName);
    expect(sourcesOf(packageName).flatMap((file) => findViolations(rules, file))).toEqual([]);
  });

  test('declares only dependencies that its rules allow', () => {
    const rules = rulesOf(packageName);
    const manifest = JSON.parse(readFileSync(join(packagesFolder, packageName, 'package.json'), 'utf8')) as {
      [field in 'dependencies' | 'optionalDependencies' | 'peerDependencies']?: Record<string, string>;
    };
    const declared = Object.keys({
      ...manifest.dependencies,
      ...manifest.optionalDependencies,
      ...manifest.peerDependencies,
    });
    const allowed = [...rules.ours.map((name) => `@promshard/${packageOf(name)}`), ...rules.others];
    expect(declared.filter((name) => !allowed.includes(name))).toEqual([]);
  });
});

test('rules exist for packages that exist', () => {
  expect(Object.keys(PACKAGE_RULES).filter((name) => !packageNames.includes(name))).toEqual([]);
});

/** The package of which this is, or is a part. */
function packageOf(name: string): string {
  return name.replace(/\/.*/, '');
}

/** All packages, and parts of packages, that a package loads, directly or through others. */
function reached(packageName: string): Set<string> {
  const seen = new Set<string>();
  const visit = (name: string): void => {
    for (const next of rulesOf(packageOf(name)).ours) {
      if (seen.has(next)) continue;
      seen.add(next);
      visit(next);
    }
  };
  visit(packageName);
  return seen;
}

test('nothing that an exporter loads can write shards, prune them or map files for writing', () => {
  for (const packageName of ['exporter', 'aggregator', 'exposition']) {
    expect([...reached(packageName)].filter((name) => ['writer', 'pruner', 'native'].includes(name))).toEqual(
      [],
    );
  }
});

test('the packages form no cycle', () => {
  for (const packageName of packageNames) {
    expect(reached(packageName)).not.toContain(packageName);
  }
});

describe('what breaks a rule is reported', () => {
  const cases: [packageName: string, text: string, violations: string[]][] = [
    [
      'shard-format',
      `import { join } from 'node:path';`,
      ['imports node:path, in a package that imports nothing'],
    ],
    ['shard-format', `import type { Stats } from 'fs';`, ['imports fs, in a package that imports nothing']],
    ['shard-format', `import { loadNative } from '@promshard/native';`, ['imports @promshard/native']],
    [
      'label-policy',
      `import type { SeriesKey } from '@promshard/shard-format';`,
      ['imports @promshard/shard-format'],
    ],
    [
      'exposition',
      `export { parseKey } from '@promshard/shard-format';`,
      ['imports @promshard/shard-format'],
    ],
    ['exposition', `import { z } from 'zod';`, ['imports zod']],
    ['aggregator', `import { Counter } from '@promshard/writer';`, ['imports @promshard/writer']],
    ['aggregator', `import type { PruneReport } from '@promshard/pruner';`, ['imports @promshard/pruner']],
    ['aggregator', `const { prune } = await import('@promshard/pruner');`, ['imports @promshard/pruner']],
    ['aggregator', `type W = typeof import('@promshard/writer');`, ['imports @promshard/writer']],
    ['aggregator', `import native = require('@promshard/native');`, ['imports @promshard/native']],
    ['aggregator', `await import(name);`, ['imports a module that only running shows']],
    ['aggregator', `const fs = process.getBuiltinModule('fs');`, ['takes a module around its import']],
    ['exporter', `import pg from 'pg';`, ['imports pg']],
    ['exporter', `import PgBoss from 'pg-boss';`, ['imports pg-boss']],
    ['exporter', `import { Queue } from 'bullmq';`, ['imports bullmq']],
    ['exporter', `import { loadNative } from '@promshard/native';`, ['imports @promshard/native']],
    ['exporter', `import { a } from '@promshard/native/other';`, ['imports @promshard/native/other']],
    ['pruner', `import { a } from '@promshard/writer/metrics';`, ['imports @promshard/writer/metrics']],
    [
      'aggregator',
      `import { readFileSync, writeFileSync } from 'node:fs';`,
      ['imports writeFileSync of node:fs'],
    ],
    ['aggregator', `import { unlinkSync as readSync } from 'node:fs';`, ['imports unlinkSync of node:fs']],
    ['aggregator', `import { mkdir } from 'node:fs/promises';`, ['imports mkdir of node:fs/promises']],
    ['aggregator', `import { promises } from 'node:fs';`, ['imports promises of node:fs']],
    ['aggregator', `import * as fs from 'node:fs'; fs.rmSync(path);`, ['imports rmSync of node:fs']],
    ['aggregator', `import fs from 'fs'; fs.promises.rm(path);`, ['imports promises of fs']],
    ['aggregator', `import fs from 'node:fs'; use(fs);`, ['passes every name of node:fs on']],
    ['aggregator', `import fs from 'node:fs'; fs.openSync(path, 'a');`, [`opens a file with flags 'a'`]],
    ['aggregator', `import fs from 'node:fs'; use(fs.openSync);`, ['passes openSync of node:fs on']],
    ['aggregator', `const load = createRequire(import.meta.url);`, ['keeps a require function']],
    ['aggregator', `createRequire(import.meta.url)('@promshard/native');`, ['imports @promshard/native']],
    ['aggregator', `createRequire(folder).resolve('pg');`, ['imports pg']],
    ['aggregator', `const find = createRequire(folder).resolve;`, ['keeps a require function']],
    ['aggregator', `export { rmSync } from 'node:fs';`, ['imports rmSync of node:fs']],
    ['aggregator', `export { openSync } from 'node:fs';`, ['imports openSync for export of node:fs']],
    ['exporter', `export * from 'node:fs';`, ['imports * of node:fs']],
    ['exporter', `const fs = await import('node:fs');`, ['imports node:fs late']],
    ['exporter', `import { openSync } from 'node:fs'; openSync(path, 'w');`, [`opens a file with flags 'w'`]],
    [
      'exporter',
      `import { open as o } from 'node:fs/promises'; o(path, flags);`,
      ['opens a file with flags flags'],
    ],
    [
      'exporter',
      `import { constants, openSync } from 'node:fs'; openSync(path, constants.O_RDONLY | constants.O_CREAT);`,
      ['opens a file with flags constants.O_RDONLY | constants.O_CREAT'],
    ],
    [
      'exporter',
      `import { openSync } from 'node:fs'; const F = 'r+'; openSync(path, F);`,
      [`opens a file with flags 'r+'`],
    ],
    ['config', `import { mkdirSync } from 'node:fs';`, ['imports mkdirSync of node:fs']],
    ['native', `import { chmodSync } from 'node:fs';`, ['imports chmodSync of node:fs']],
    ['writer', `import { writeSync } from 'node:fs';`, ['imports writeSync of node:fs']],
    ['pruner', `import { unlinkSync } from 'node:fs';`, ['imports unlinkSync of node:fs']],
    ['writer', `import { prune } from '@promshard/pruner';`, ['imports @promshard/pruner']],
    ['pruner', `import { openShardStore } from '@promshard/writer';`, ['imports @promshard/writer']],
  ];

  test.each(cases)('%s: %s', (packageName, text, expected) => {
    const found = findViolations(rulesOf(packageName), { path: 'src/example.ts', text });
    expect(found.map((line) => line.replace(/^src\/example\.ts:\d+ /, ''))).toEqual(expected);
  });
});

describe('what the rules allow is not', () => {
  const cases: [packageName: string, path: string, text: string][] = [
    ['shard-format', 'src/decode.ts', `import { HEADER_BYTES } from './layout.js';`],
    ['aggregator', 'src/read.ts', `import { decodeShard } from '@promshard/shard-format';`],
    [
      'aggregator',
      'src/read.ts',
      `import { openSync, readSync, type Stats } from 'node:fs'; openSync(path, 'r');`,
    ],
    ['aggregator', 'src/read.ts', `import { open } from 'node:fs/promises'; await open(path);`],
    [
      'aggregator',
      'src/read.ts',
      `import { constants, openSync } from 'node:fs'; openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);`,
    ],
    [
      'aggregator',
      'src/read.ts',
      `import { constants, openSync } from 'node:fs'; const F = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0); openSync(path, F);`,
    ],
    ['config', 'src/check.ts', `import fs from 'node:fs'; fs.statSync(path); fs.openSync(path, 'r');`],
    ['native', 'src/load.ts', `const load = createRequire(import.meta.url);`],
    ['exporter', 'src/version.ts', `const { version } = createRequire(import.meta.url)('../package.json');`],
    ['queues', 'src/drivers.ts', `createRequire(createRequire(folder).resolve('pg-boss'))('pg');`],
    ['exporter', 'src/bin.ts', `import { loadViews } from '@promshard/native/views';`],
    ['exporter', 'src/bin.ts', `import { createServer } from 'node:http';`],
    ['writer', PACKAGE_RULES['writer']?.changesFiles ?? '', `import { renameSync } from 'node:fs';`],
    ['pruner', PACKAGE_RULES['pruner']?.changesFiles ?? '', `import * as fs from 'node:fs/promises';`],
  ];

  test.each(cases)('%s, %s: %s', (packageName, path, text) => {
    expect(findViolations(rulesOf(packageName), { path, text })).toEqual([]);
  });
});
