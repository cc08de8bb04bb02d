import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import type { Operation, Metric } from './operations.js';

const PEER = fileURLToPath(new URL('python-peer.py', import.meta.url));

/** An interpreter with `prometheus_client`: its newest release, or 0.16 with the older layout. */
export type PythonClient = 'newest' | 'old';

const VARIABLES: Readonly<Record<PythonClient, string>> = {
  newest: 'TEST_TOOLS_PYTHON',
  old: 'TEST_TOOLS_PYTHON_OLD',
};

function interpreter(client: PythonClient): string | undefined {
  return process.env[VARIABLES[client]] ?? (client === 'newest' ? 'python3' : undefined);
}

/**
 * Says whether that client is installed here, so that a test may be skipped, by name, where it is not.
 *
 * @throws Error instead of saying no where `TEST_TOOLS_REQUIRED` is 1.
 */
export function hasPython(client: PythonClient): boolean {
  const program = interpreter(client);
  // The layout with timestamps came together with the most-recent gauges, in 0.17.
  const hasTimestamps = client === 'newest' ? 'True' : 'False';
  const probe = `from prometheus_client import Gauge; assert ('mostrecent' in Gauge._MULTIPROC_MODES) is ${hasTimestamps}`;
  const isHere = program !== undefined && spawnSync(program, ['-c', probe], { stdio: 'ignore' }).status === 0;
  if (!isHere && process.env['TEST_TOOLS_REQUIRED'] === '1') {
    throw new Error(
      `TEST_TOOLS_REQUIRED is 1, and ${VARIABLES[client]} names no Python with the ${client} prometheus_client.`,
    );
  }
  return isHere;
}

/** A family as Python's collector gives it: name, type, help, samples of name, sorted labels and `repr` of the value. */
export type PythonFamily = readonly [
  name: string,
  type: string,
  help: string,
  samples: readonly (readonly [
    name: string,
    labels: readonly (readonly [string, string])[],
    value: string,
  ])[],
];

/** A Python process that reads and writes shards with `prometheus_client`. */
export interface PythonPeer {
  /** What `MultiProcessCollector` makes of a directory, its files taken in name order. */
  collect(dir: string): Promise<readonly PythonFamily[]>;
  /** Does the operations as a process of its own, whose files are called after `pid`. */
  write(
    dir: string,
    pid: number,
    metrics: readonly Metric[],
    operations: readonly Operation[],
  ): Promise<void>;
  /** The gauge modes that it knows. */
  modes(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** Starts a Python process; it answers one request after the other. */
export function startPython(client: PythonClient): PythonPeer {
  const child = spawn(interpreter(client) ?? 'python3', [PEER], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exit = once(child, 'exit');
  async function ask<T>(request: object): Promise<T> {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const line = await lines.next();
    if (line.done === true) throw new Error('Python ended.');
    const answer = JSON.parse(line.value) as { ok: T } | { error: string };
    if ('error' in answer) throw new Error(`Python answered with ${answer.error}.`);
    return answer.ok;
  }
  return {
    collect: (dir) => ask({ do: 'collect', dir }),
    write: (dir, pid, metrics, operations) =>
      ask({
        do: 'write',
        dir,
        pid,
        metrics: metrics.map((metric) =>
          'buckets' in metric ? { ...metric, buckets: metric.buckets.map(pythonNumber) } : metric,
        ),
        operations: operations.map(({ metric, labels, method, value, now }) => [
          metric,
          labels,
          method,
          pythonNumber(value),
          now,
        ]),
      }),
    modes: () => ask({ do: 'modes' }),
    async stop() {
      child.stdin.end();
      await exit;
    },
  };
}

/** A number as text that Python's `float` reads. */
function pythonNumber(value: number): string {
  return Object.is(value, -0) ? '-0.0' : String(value);
}

/** A number from the text of Python's `repr`. */
export function fromPython(text: string): number {
  const special: Readonly<Record<string, number>> = { inf: Infinity, '-inf': -Infinity, nan: Number.NaN };
  return special[text] ?? Number(text);
}
