import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { startExporter } from '@promshard/exporter';
import { parseExposition } from '@promshard/exposition';
import { prune } from '@promshard/pruner';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { temporaryDirectory } from '../support/temporary-directory.js';
import { packInstalled, packPackages, workspace } from './pack-workspace.js';
import { runProgram, runSuccessfully } from './run-program.js';

// `"prom-client": "npm:@promshard/prom-client"` in a project that npm installs: the application and the middlewares,
// as they are published, count in shards.

let folder: string;
let project: string;

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'promshard-aliased-')));
  project = join(folder, 'project');
  const tarballs = join(folder, 'tarballs');
  mkdirSync(project);
  mkdirSync(tarballs);
  const packed = await packPackages(tarballs, '@promshard/prom-client...');
  const tests = join(workspace, 'tests');
  const others = new Map([
    ...(await packInstalled(['prom-client-original'], join(workspace, 'packages/prom-client'), tarballs)),
    ...(await packInstalled(['zod'], join(workspace, 'packages/config'), tarballs)),
    ...(await packInstalled(
      ['express', 'express-prom-bundle', 'fastify', 'fastify-metrics'],
      tests,
      tarballs,
    )),
    ...(await packInstalled(['@types/node'], workspace, tarballs)),
  ]);
  // What the middlewares would bring themselves; the alias has to satisfy them.
  others.delete('prom-client');
  const dependencies = Object.fromEntries([
    ...packed.map(({ name, filename }) => [
      name === '@promshard/prom-client' ? 'prom-client' : name,
      `file:${filename}`,
    ]),
    ...[...others].map(([name, filename]) => [name, `file:${filename}`]),
  ]);
  // A package of others that asks for an older prom-client: the override gives it the same one.
  dependencies['old-middleware'] = `file:${await packOldMiddleware(tarballs)}`;
  const overrides = { 'prom-client': '$prom-client' };
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'shop', dependencies, overrides }));
  await runSuccessfully('npm', ['install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts'], {
    cwd: project,
  });
}, 180_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('npm installs one prom-client under its own name, for the middlewares, too', async () => {
  const listed = await runSuccessfully('npm', ['ls', 'prom-client', '--json', '--all'], { cwd: project });
  const { dependencies } = JSON.parse(listed) as {
    dependencies: Record<string, { dependencies?: Record<string, object> }>;
  };
  expect(dependencies['fastify-metrics']?.dependencies?.['prom-client']).toMatchObject({ version: '15.1.3' });
  await expect(
    runSuccessfully('ls', ['node_modules/fastify-metrics/node_modules'], { cwd: project }),
  ).rejects.toThrow('No such file');
});

async function packOldMiddleware(tarballs: string): Promise<string> {
  const source = join(tarballs, 'old-middleware');
  mkdirSync(source);
  const manifest = { name: 'old-middleware', version: '1.0.0', dependencies: { 'prom-client': '^12.0.0' } };
  writeFileSync(join(source, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(source, 'index.js'), `module.exports = require('prom-client');\n`);
  await runSuccessfully('npm', ['pack', '--pack-destination', tarballs], { cwd: source });
  return join(tarballs, 'old-middleware-1.0.0.tgz');
}

describe.each(['express', 'fastify'])('the metrics of %s', (framework) => {
  test('are added up across processes, those of a worker that was killed included', async () => {
    const dir = temporaryDirectory();
    const { port, pids, nextEnd } = await start(framework, dir);
    const exporter = await startExporter({ dir, port: 0 });
    onTestFinished(() => exporter.close());
    const scrape = async (): Promise<Map<string, number>> => {
      const response = await fetch(new URL('/metrics', exporter.url));
      return samplesOf(await response.text());
    };
    const counted = async (): Promise<number | undefined> =>
      (await scrape()).get(
        framework === 'express'
          ? 'http_request_duration_seconds_count{method="GET",service="shop",status_code="200"}'
          : 'http_request_duration_seconds_count{method="GET",route="/orders",status_code="200"}',
      );

    const served = new Set<string>();
    for (let i = 0; i < 30; i++) served.add(await request(port, '/orders'));
    expect(served).toEqual(new Set(['orders']));
    await expect.poll(counted, { timeout: 20_000 }).toBe(30);

    const [victim = 0] = pids;
    process.kill(victim, 'SIGKILL');
    // Until the primary knows, it may give the dead worker a connection, which then hangs.
    expect(await nextEnd()).toBe(victim);
    for (let i = 0; i < 12; i++) await request(port, '/orders');
    await expect.poll(counted, { timeout: 20_000 }).toBe(42);

    // The parent folds what the dead worker left; nothing falls.
    await prune({ dir });
    const samples = await scrape();
    expect(await counted()).toBe(42);
    if (framework === 'express') {
      expect(samples.get('up')).toBe(2);
    } else {
      const summary = 'http_request_summary_seconds_count{method="GET",route="/orders",status_code="200"}';
      expect(samples.get(summary)).toBe(42);
    }
    // A worker's own endpoint goes on showing what it has itself.
    expect(await request(port, '/metrics')).toContain('http_request_duration_seconds_bucket');
  });
});

interface Cluster {
  readonly port: number;
  readonly pids: readonly number[];
  /** The worker whose end the primary has seen. */
  readonly nextEnd: () => Promise<number>;
}

/** Starts the application in a cluster of three workers, joined by the flag alone. */
async function start(framework: string, dir: string): Promise<Cluster> {
  copyFileSync(fileURLToPath(new URL('aliased-server.cjs', import.meta.url)), join(project, 'server.cjs'));
  const primary = spawn(process.execPath, ['--import', 'prom-client/join', 'server.cjs', framework], {
    cwd: project,
    env: { ...process.env, PROMETHEUS_MULTIPROC_DIR: dir },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    primary.stdin.end();
    if (primary.exitCode === null) await once(primary, 'exit');
  });
  const lines = createInterface({ input: primary.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<{ pid: number; port: number }> => {
    const { value, done } = (await lines.next()) as { value: string; done?: boolean };
    if (done === true) throw new Error('The application ended.');
    return JSON.parse(value) as { pid: number; port: number };
  };
  const up = [await next(), await next(), await next()];
  return {
    port: up[0]?.port ?? 0,
    pids: up.map(({ pid }) => pid),
    nextEnd: async () => (await next()).pid,
  };
}

/** One request on a connection of its own, so that the primary may give it to any worker. */
async function request(port: number, path: string): Promise<string> {
  const client = get({ host: '127.0.0.1', port, path, agent: false });
  const [response] = (await once(client, 'response')) as [AsyncIterable<Buffer>];
  let body = '';
  for await (const chunk of response) body += chunk.toString();
  return body;
}

function samplesOf(text: string): Map<string, number> {
  const { families } = parseExposition(text);
  return new Map(
    families.flatMap(({ samples }) =>
      samples.map(({ name, labels, value }) => {
        const pairs = labels.map(([label, of]) => `${label}="${of}"`);
        return [pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`, value] as const;
      }),
    ),
  );
}

const USES: Readonly<Record<string, string>> = {
  'required.cjs': `
    const client = require('old-middleware');
    const { Gauge, register } = require('prom-client');
    new client.Counter({ name: 'a_total', help: 'h' }).inc();
    new Gauge({ name: 'b', help: 'h' }).set(2);
    client.contentType = client.openMetricsContentType;
    console.log(client.contentType === register.contentType);
    client.contentType = client.prometheusContentType;
    register.metrics().then(console.log);`,
  'imported.mjs': `
    import client, { Gauge } from 'prom-client';
    import * as all from 'prom-client';
    new client.Counter({ name: 'a_total', help: 'h' }).inc();
    new Gauge({ name: 'b', help: 'h' }).set(2);
    console.log(all.Counter === client.Counter && all.register === client.register);
    console.log(await all.register.metrics());`,
  'with-writer.mjs': `
    import { Counter } from '@promshard/writer';
    import { Gauge, register } from 'prom-client';
    new Counter({ name: 'a_total', help: 'h' }).inc();
    new Gauge({ name: 'b', help: 'h' }).set(2);
    console.log(new Gauge({ name: 'c', help: 'h', registers: [] }) instanceof Gauge);
    console.log(await register.metrics());`,
  'with-writer.cjs': `
    const { register } = require('prom-client');
    const { Counter } = require('@promshard/writer');
    const compiled = { default: require('prom-client') };
    new Counter({ name: 'a_total', help: 'h' }).inc();
    new compiled.default.Gauge({ name: 'b', help: 'h' }).set(2);
    console.log(true);
    register.metrics().then(console.log);`,
};

const nodes = [['this Node', process.execPath]];
for (const major of ['22', '24', '26']) {
  const path = process.env[`TEST_TOOLS_NODE_${major}`];
  if (path !== undefined) nodes.push([`Node ${major}`, path]);
}

describe.each(nodes)('under %s', (_, node) => {
  test.each(Object.entries(USES))('%s takes it as it takes prom-client', async (file, text) => {
    writeFileSync(join(project, file), text);
    const metrics =
      'true\n# HELP a_total h\n# TYPE a_total counter\na_total 1\n\n# HELP b h\n# TYPE b gauge\nb 2\n\n';
    expect(await runProgram(node, [file], { cwd: project })).toEqual({
      code: 0,
      stdout: metrics,
      stderr: '',
    });
  });

  test('without a directory the flag ends the process with one error', async () => {
    const { PROMETHEUS_MULTIPROC_DIR: _dir, ...env } = process.env;
    writeFileSync(join(project, 'empty.cjs'), '');
    const args = ['--import', 'prom-client/join', 'empty.cjs'];
    const { code, stderr } = await runProgram(node, args, { cwd: project, env });
    expect(code).not.toBe(0);
    expect(stderr).toContain('PROMETHEUS_MULTIPROC_DIR');
  });
});

test('its types are those of prom-client', async () => {
  writeFileSync(
    join(project, 'types.mts'),
    `import client, { Counter, Registry, type CounterConfiguration, type OpenMetricsContentType } from 'prom-client';
     import * as original from 'prom-client-original';
     const configuration: CounterConfiguration<'a'> = { name: 'm', help: 'h', labelNames: ['a'] };
     export const counter: original.Counter<'a'> = new Counter(configuration);
     export const child: Counter.Internal = counter.labels('x');
     export const all: typeof original = client;
     export const registry = new Registry<OpenMetricsContentType>();
     // @ts-expect-error -- not declared
     counter.inc({ b: 'x' });
    `,
  );
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        module: 'nodenext',
        target: 'es2023',
        types: ['node'],
        strict: true,
        noEmit: true,
        skipLibCheck: true,
      },
      include: ['types.mts'],
    }),
  );
  const compiler = join(workspace, 'node_modules/typescript/bin/tsc');
  expect(await runProgram(process.execPath, [compiler, '--pretty', 'false'], { cwd: project })).toMatchObject(
    {
      stdout: '',
      code: 0,
    },
  );
});
