import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';

import { afterEach, expect, test } from 'vitest';

import { dropBroker } from '../src/broker/prepare.js';
import { waitUntil } from '../src/demo/wait-until.js';
import { processesOfRun } from './processes-of-run.js';

const DEMO = fileURLToPath(new URL('../dist/demo.js', import.meta.url));
const withoutProc = process.platform !== 'linux';

/** A demo under way. */
interface RunningDemo {
  readonly child: ChildProcess;
  /** Everything that it has printed. */
  readonly output: () => string;
  /** Its temporary directory, which is in the environment of each of its processes. */
  readonly directory: () => string;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

const demos: RunningDemo[] = [];

function startDemo(...args: string[]): RunningDemo {
  const child = spawn(process.execPath, [DEMO, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  createInterface(child.stdout).on('line', (line) => (output += `${line}\n`));
  const demo: RunningDemo = {
    child,
    output: () => output,
    directory: () => /directory +(\S+)/.exec(output)?.[1] ?? 'none yet',
    ended: once(child, 'exit').then(([code, signal]) => ({ code, signal })),
  };
  demos.push(demo);
  return demo;
}

afterEach(async () => {
  for (const { child, ended } of demos.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
});

const isRunning = (demo: RunningDemo) =>
  waitUntil('the exporter', () => demo.output().includes('exporter        pid'));
const noneLeft = (demo: RunningDemo) => async () => (await processesOfRun(demo.directory())).length === 0;
const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

test('the demo ends by itself with sums that hold', async () => {
  const demo = startDemo();
  expect(await demo.ended).toEqual({ code: 0, signal: null });
  expect(demo.output()).toContain('kill -9');
  expect(demo.output()).toContain('33 of 33 dead letters put back to work');
  const deadLetters = demo.output().matchAll(/jobs in the dead-letter queue +(\d+)/g);
  expect(Array.from(deadLetters, ([, count]) => Number(count))).toEqual([33, 3]);
  expect(demo.output()).toContain('The sums hold.');
  expect(demo.output()).not.toContain('FAILS');
  expect(await exists(demo.directory())).toBe(false);
}, 120_000);

test.skipIf(withoutProc)(
  'SIGINT ends the demo and all its processes (skipped where there is no /proc)',
  async () => {
    const demo = startDemo('--keep');
    await isRunning(demo);
    expect((await processesOfRun(demo.directory())).length).toBeGreaterThan(6);

    demo.child.kill('SIGINT');
    expect(await demo.ended).toEqual({ code: 130, signal: null });
    expect(await processesOfRun(demo.directory())).toEqual([]);
    expect(await exists(demo.directory())).toBe(false);
  },
);

test.skipIf(withoutProc)(
  'SIGKILL of the demo ends all its processes (skipped where there is no /proc)',
  async () => {
    const demo = startDemo('--keep');
    await isRunning(demo);

    demo.child.kill('SIGKILL');
    await demo.ended;
    await waitUntil('its processes gone', noneLeft(demo));
    // Nobody is left who could have tidied up.
    await rm(demo.directory(), { recursive: true });
    const databaseUrl = process.env['DATABASE_URL'];
    if (databaseUrl) await dropBroker({ databaseUrl, schema: /schema (\w+)/.exec(demo.output())![1]! });
  },
);
