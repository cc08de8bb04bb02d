import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { expect, onTestFinished, vi } from 'vitest';

import type { StoreProblem } from '../src/index.js';
import { readDirectory } from './directory.js';

const FIXTURE = fileURLToPath(new URL('fixtures/remote-writer.mjs', import.meta.url));

/** What a writer says of itself. */
export interface WriterReport {
  readonly backend: 'mmap' | 'pwrite';
  /** What it has counted, added up without the library. */
  readonly counted: Readonly<Record<string, number>>;
  readonly problems: readonly Pick<StoreProblem, 'code' | 'resolved' | 'message'>[];
  /** Milliseconds since 1970, by its own clock. */
  readonly time: number;
}

/** A writer in a process of its own that does what it is told. */
export interface RemoteWriter {
  readonly child: ChildProcess;
  open(options: object): Promise<{ readonly shardId: string; readonly backend: string }>;
  /** Counts once in each of these series of a counter, and in those of a histogram. */
  count(from: number, to: number): Promise<void>;
  set(mode: 'max' | 'mostrecent', value: number): Promise<void>;
  /** Opens files until the system refuses; gives the error's code. */
  exhaustDescriptors(): Promise<string>;
  releaseDescriptors(): Promise<void>;
  becomeUser(id: number): Promise<void>;
  report(): Promise<WriterReport>;
  /** Resolves when the writer has told of a problem, or that it is over. */
  problem(code: StoreProblem['code'], resolved: boolean): Promise<void>;
  /** Lets it end by itself. */
  end(): Promise<void>;
}

/**
 * Starts a writer.
 *
 * @param prefix - A program to run it under, with its arguments.
 */
export function startRemoteWriter(prefix: readonly string[] = [], env: NodeJS.ProcessEnv = {}): RemoteWriter {
  const [program, ...args] = [...prefix, process.execPath, FIXTURE];
  const child = spawn(program, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  const answers: ((result: unknown) => void)[] = [];
  child.on('message', ({ result }: { result: unknown }) => answers.shift()?.(result));
  const tell = <Result>(order: string, argument?: unknown): Promise<Result> =>
    Promise.race([
      new Promise<Result>((resolve) => {
        answers.push(resolve as (result: unknown) => void);
        child.send({ order, argument });
      }),
      ended.then((how) => Promise.reject(new Error(`The writer ended: ${how.join(' ')}`))),
    ]);
  const report = (): Promise<WriterReport> => tell('report');
  return {
    child,
    open: (options) => tell('open', options),
    count: (from, to) => tell('count', [from, to]),
    set: (mode, value) => tell('set', [mode, value]),
    exhaustDescriptors: () => tell('exhaustDescriptors'),
    releaseDescriptors: () => tell('releaseDescriptors'),
    becomeUser: (id) => tell('becomeUser', id),
    report,
    problem: (code, resolved) =>
      vi.waitFor(
        async () =>
          expect((await report()).problems).toContainEqual(expect.objectContaining({ code, resolved })),
        { timeout: 30_000, interval: 50 },
      ),
    async end() {
      child.send({ order: 'end' });
      expect(await ended).toEqual([0, null]);
    },
  };
}

/** Holds a directory against what writers say that they have counted. */
export function expectAllCounted(dir: string, ...reports: readonly WriterReport[]): void {
  const expected: Record<string, number> = {};
  for (const { counted } of reports) {
    for (const [name, value] of Object.entries(counted)) expected[name] = (expected[name] ?? 0) + value;
  }
  const { values, problems } = readDirectory(dir);
  expect(problems).toEqual([]);
  expect(countedIn(values)).toEqual(expected);
}

/** The values of a directory without the library's own counters. */
export function countedIn(values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !name.startsWith('promshard_')));
}
