import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { packInstalled, packPackages, readManifest, workspace, type Packed } from './pack-workspace.js';
import { PUBLIC_NAMES } from './public-names.js';
import { runProgram, runSuccessfully } from './run-program.js';

// The packages as a user gets them: packed, installed by npm into an empty project, and used from there.

const names = Object.keys(PUBLIC_NAMES);
const nodes = [['this Node', process.execPath]];
for (const major of ['22', '24', '26']) {
  const path = process.env[`TEST_TOOLS_NODE_${major}`];
  if (path !== undefined) nodes.push([`Node ${major}`, path]);
}

let folder: string;
let project: string;
let packed: Packed[];

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'promshard-packed-')));
  project = join(folder, 'project');
  const tarballs = join(folder, 'tarballs');
  mkdirSync(project);
  mkdirSync(tarballs);
  packed = await packPackages(tarballs);

  // What the packages need of others is taken from this installation: npm asks no registry.
  const writer = join(workspace, 'packages/writer');
  const others = new Map([
    ...(await packInstalled(['prom-client'], writer, tarballs)),
    ...(await packInstalled(['prom-client-original'], join(workspace, 'packages/prom-client'), tarballs)),
    ...(await packInstalled(['zod'], join(workspace, 'packages/config'), tarballs)),
    ...(await packInstalled(
      ['fast-glob', 'oxc-parser', 'oxc-resolver'],
      join(workspace, 'packages/guardrails'),
      tarballs,
    )),
    ...(await packInstalled(['bcryptjs', 'yaml'], join(workspace, 'packages/exporter'), tarballs)),
    ...(await packInstalled(
      ['@lezer/common', '@lezer/highlight', '@lezer/lr', '@prometheus-io/lezer-promql'],
      join(workspace, 'packages/query-proxy'),
      tarballs,
    )),
    ...(await packInstalled(['@types/node'], workspace, tarballs)),
  ]);
  const dependencies = Object.fromEntries([
    ...packed.map(({ name, filename }) => [name, `file:${filename}`]),
    ...[...others].map(([name, filename]) => [name, `file:${filename}`]),
  ]);
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, dependencies }),
  );
  await runSuccessfully('npm', ['install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts'], {
    cwd: project,
  });
}, 180_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('every package is packed', () => {
  expect(packed.map(({ name }) => name).toSorted()).toEqual(
    names.map((name) => `@promshard/${name}`).toSorted(),
  );
});

describe.each(names)('the tarball of %s', (name) => {
  test('holds the build, its description and the licence, and no sources in TypeScript or tests', () => {
    const files =
      packed.find((each) => each.name === `@promshard/${name}`)?.files.map(({ path }) => path) ?? [];
    expect(files).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'dist/index.d.ts', 'dist/index.js']),
    );
    expect(files.filter((path) => /(?<!\.d)\.ts$|test|tsconfig|\.env/.test(path))).toEqual([]);
  });

  test('holds no code of another package, which would be a second instance of it', () => {
    const dist = join(project, 'node_modules/@promshard', name, 'dist');
    const maps = readdirSync(dist).filter((file) => file.endsWith('.js.map'));
    const sources = maps.flatMap((file) => {
      const map = JSON.parse(readFileSync(join(dist, file), 'utf8')) as { sources: string[] };
      return map.sources;
    });
    expect(sources.filter((source) => !source.startsWith('../src/'))).toEqual([]);
  });

  test('names versions, not the workspace', () => {
    const installed = readManifest(join(project, 'node_modules/@promshard', name));
    const versions = Object.entries({ ...installed.dependencies, ...installed.optionalDependencies });
    expect(versions.filter(([, version]) => !/^(?:npm:[a-z-]+@)?[\^~]?\d/.test(version))).toEqual([]);
  });
});

describe.each(nodes)('under %s', (_, node) => {
  test.each(names)('%s has its names by import and by require', async (name) => {
    const take = `console.log(JSON.stringify(Object.keys(taken).sort()))`;
    write('names.mjs', `import * as taken from '@promshard/${name}';\n${take}\n`);
    write('names.cjs', `const taken = require('@promshard/${name}');\n${take}\n`);
    const imported = JSON.parse(await runSuccessfully(node, ['names.mjs'], { cwd: project })) as string[];
    const required = JSON.parse(await runSuccessfully(node, ['names.cjs'], { cwd: project })) as string[];
    expect(imported).toEqual(expect.arrayContaining([...(PUBLIC_NAMES[name]?.values ?? [])]));
    // What only one of the two ways of loading shows, and no program asks for.
    const named = (taken: string[]): string[] =>
      taken.filter((each) => !['__esModule', 'default', 'module.exports'].includes(each));
    expect(named(required)).toEqual(named(imported));
  });

  test.each(['mjs', 'cjs'])('what is counted is scraped, from a .%s file', async (extension) => {
    write('smoke.mjs', importing(USED_NAMES) + SMOKE);
    write('smoke.cjs', requiring(USED_NAMES) + SMOKE);
    const output = await runSuccessfully(node, [`smoke.${extension}`], { cwd: project });
    expect(output).toBe(SMOKE_OUTPUT);
  });

  test.each(names.flatMap((name) => [...(PUBLIC_NAMES[name]?.bins ?? [])]))(
    '%s explains itself',
    async (bin) => {
      const program = realpathSync(join(project, 'node_modules/.bin', bin));
      const { code, stdout } = await runProgram(node, [program, '--help'], { cwd: project });
      expect({ code, named: stdout.includes(bin) }).toEqual({ code: 0, named: true });
    },
  );
});

test.skipIf(process.platform === 'win32')('the programs start by their names', async () => {
  for (const bin of names.flatMap((name) => [...(PUBLIC_NAMES[name]?.bins ?? [])])) {
    await runSuccessfully(join(project, 'node_modules/.bin', bin), ['--help'], { cwd: project });
  }
});

test('TypeScript compiles modules and CommonJS files against the declarations, under nodenext', async () => {
  const lines = Object.entries(PUBLIC_NAMES).flatMap(([name, { values, types }]) => {
    const prefix = name.replaceAll('-', '_');
    const taken = [
      ...values.map((each) => `${each} as ${prefix}_${each}`),
      ...types.map((each) => `type ${each} as ${prefix}_T_${each}`),
    ];
    return [
      `import { ${taken.join(', ')} } from '@promshard/${name}';`,
      `export const ${prefix}_values: readonly unknown[] = [${values.map((each) => `${prefix}_${each}`).join(', ')}];`,
      ...types.map((each) => `export type ${prefix}_${each}_ = ${prefix}_T_${each};`),
    ];
  });
  for (const extension of ['mts', 'cts']) {
    write(`consumer.${extension}`, lines.join('\n'));
    write(
      `smoke.${extension}`,
      importing(USED_NAMES) + SMOKE.replace('(async () =>', '(async (): Promise<void> =>'),
    );
  }
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2023',
    lib: ['es2023'],
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    // The packages' own declarations are checked too, as in projects that do not skip them.
    skipLibCheck: false,
  };
  write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['*.mts', '*.cts'] }));
  const compiler = join(workspace, 'node_modules/typescript/bin/tsc');
  expect(await runProgram(process.execPath, [compiler, '--pretty', 'false'], { cwd: project })).toMatchObject(
    {
      stdout: '',
      code: 0,
    },
  );
});

function write(path: string, text: string): void {
  const file = join(project, path);
  if (existsSync(file)) rmSync(file);
  writeFileSync(file, text);
}

const USED_NAMES: Readonly<Record<string, readonly string[]>> = {
  'node:fs': ['mkdtempSync', 'rmSync'],
  'node:os': ['tmpdir'],
  'node:path': ['join'],
  '@promshard/writer': ['Counter', 'Gauge', 'Histogram', 'Summary', 'openShardStore'],
  '@promshard/aggregator': ['createAggregator'],
  '@promshard/exposition': ['renderText'],
  '@promshard/exporter': ['startExporter'],
  '@promshard/pruner': ['prune'],
};

function importing(used: typeof USED_NAMES): string {
  return Object.entries(used)
    .map(([module, each]) => `import { ${each.join(', ')} } from '${module}';\n`)
    .join('');
}

function requiring(used: typeof USED_NAMES): string {
  return Object.entries(used)
    .map(([module, each]) => `const { ${each.join(', ')} } = require('${module}');\n`)
    .join('');
}

/** Counts, folds nothing, and prints the directory's families as the aggregator and as the exporter tell them. */
const SMOKE = `
void (async () => {
  const dir = mkdtempSync(join(tmpdir(), 'promshard-smoke-'));
  const store = openShardStore({ dir });
  const jobs = new Counter({ name: 'jobs_total', help: 'Jobs', labelNames: ['kind'] });
  jobs.inc({ kind: 'mail' }, 2);
  jobs.labels('report').inc();
  new Gauge({ name: 'queue_depth', help: 'Depth', multiprocessMode: 'sum' }).set(4);
  new Histogram({ name: 'run_seconds', help: 'Run time', buckets: [0.5, 1] }).observe(0.75);
  new Summary({ name: 'payload_bytes', help: 'Payload', percentiles: [] }).observe(100);
  store.flush();

  const folded = await prune({ dir });
  if (folded === undefined) throw new Error('prune reports nothing');
  const snapshot = await createAggregator({ dir }).collect();
  // Without the pruner's own.
  const families = snapshot.families.filter(({ name }) => !name.startsWith('multiproc_'));
  console.log(renderText({ families }));

  const exporter = await startExporter({ dir, host: '127.0.0.1', port: 0 });
  const response = await fetch(new URL('/metrics', exporter.url));
  const scraped = await response.text();
  console.log(response.status, scraped.includes('jobs_total{kind="mail"} 2'));
  await exporter.close();
  store.close();
  rmSync(dir, { recursive: true });
})();
`;

const SMOKE_OUTPUT = `# HELP jobs_total Jobs
# TYPE jobs_total counter
jobs_total{kind="mail"} 2
jobs_total{kind="report"} 1
# HELP payload_bytes Payload
# TYPE payload_bytes summary
payload_bytes_count 1
payload_bytes_sum 100
# HELP queue_depth Depth
# TYPE queue_depth gauge
queue_depth 4
# HELP run_seconds Run time
# TYPE run_seconds histogram
run_seconds_bucket{le="0.5"} 0
run_seconds_bucket{le="1.0"} 1
run_seconds_bucket{le="+Inf"} 1
run_seconds_sum 0.75
run_seconds_count 1

200 true
`;
