import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test, vi } from 'vitest';

import { readDirectory, temporaryDirectory } from './directory.js';
import { backends } from './tools.js';

vi.setConfig({ testTimeout: 120_000 });

const FIXTURE = fileURLToPath(new URL('fixtures/move-and-die.mjs', import.meta.url));
/** What was counted, by sample and labels but for the default one. */
const COUNTED = {
  b_total: 7,
  'c_total n="0"': 1,
  'c_total n="1"': 2,
  'c_total n="2"': 3,
  g: 5,
  'h_bucket le="+Inf"': 1,
  'h_bucket le="1.0"': 0,
  h_sum: 3,
  s_count: 1,
  s_sum: 2,
};

test.each(backends)(
  'a writer killed at any step of moving series under default labels leaves each count once, on the %s backend',
  async (backend) => {
    const root = temporaryDirectory();
    const copies = join(root, 'copies');
    const run = async (step: number) => {
      const dir = join(root, `${step}`);
      mkdirSync(dir);
      const child = fork(FIXTURE, [dir, backend, `${step}`, copies], { execArgv: [] });
      const exit = once(child, 'exit');
      let steps = 0;
      child.on('message', (message) => {
        ({ steps } = message as { steps: number });
        child.disconnect();
      });
      return { exit: await exit, steps, left: totals(dir) };
    };
    const whole = await run(0);
    expect(whole.left).toEqual({ totals: COUNTED, moved: Object.keys(COUNTED).length });

    const moved = new Set<number>();
    for (let at = 1; at <= whole.steps; at++) {
      const left = totals(join(copies, `${at}`));
      expect(left.totals, `at step ${at}`).toEqual(COUNTED);
      moved.add(left.moved);
    }
    // Before anything had moved, between two kinds of metrics, and when all had.
    expect(moved.size).toBeGreaterThan(2);
    expect(moved).toContain(0);
    expect(moved).toContain(Object.keys(COUNTED).length);

    // The real thing.
    for (const part of [0.25, 0.5, 0.75]) {
      const { exit, left } = await run(Math.ceil(part * whole.steps));
      expect(exit).toEqual([null, 'SIGKILL']);
      expect(left.totals).toEqual(COUNTED);
    }
  },
);

function totals(dir: string): { totals: Record<string, number>; moved: number } {
  const { values, problems } = readDirectory(dir);
  expect(problems).toEqual([]);
  const sums: Record<string, number> = {};
  let moved = 0;
  for (const [name, value] of Object.entries(values)) {
    if (name.startsWith('s_') && !/^s_(count|sum)/.test(name)) continue;
    if (name.includes('app="x"')) moved++;
    const plain = name.replace(' app="x"', '');
    sums[plain] = (sums[plain] ?? 0) + value;
  }
  return { totals: sums, moved };
}
