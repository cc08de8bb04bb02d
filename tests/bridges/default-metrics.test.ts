import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { createAggregator } from '@promshard/aggregator';
import { renderText } from '@promshard/exposition';
import { prune } from '@promshard/pruner';
import { expect, onTestFinished, test } from 'vitest';

import { temporaryDirectory } from '../support/temporary-directory.js';

/** A process that measures itself, uses some processor time, and has said so. */
async function startMeasured(dir: string): Promise<ChildProcess> {
  const file = fileURLToPath(new URL('measured-process.mjs', import.meta.url));
  const child = spawn(process.execPath, [file, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(createInterface({ input: child.stdout }), 'line');
  return child;
}

test('default metrics of several processes combine as each should, before and after one is killed', async () => {
  const dir = temporaryDirectory();
  const [victim] = await Promise.all([startMeasured(dir), startMeasured(dir), startMeasured(dir)]);
  const aggregator = createAggregator({ dir });
  const read = async () => {
    const snapshot = await aggregator.collect();
    expect(snapshot.problems).toEqual([]);
    const samples = snapshot.families.flatMap((family) => family.samples);
    const of = (name: string): number[] =>
      samples.filter((sample) => sample.name === name).map(({ value }) => value);
    return { of, only: (name: string): number => expectOne(of(name)), text: renderText(snapshot) };
  };
  const before = await read();
  const each = before.of('process_start_time_seconds');
  expect(each).toHaveLength(3);
  for (const start of each) expect(Math.abs(Date.now() / 1000 - start)).toBeLessThan(600);
  expect(before.only('process_cpu_seconds_total')).toBeGreaterThan(0.3);
  expect(before.of('nodejs_eventloop_lag_p99_seconds')).toHaveLength(3);
  const resident = before.only('process_resident_memory_bytes');
  expect(resident).toBeGreaterThan(3 * 2 ** 20);
  expect(before.of('nodejs_version_info')).toEqual([1]);
  expect(before.only('nodejs_eventloop_delay_seconds_count')).toBeGreaterThan(0);
  expect(before.text).toContain('# TYPE nodejs_active_handles_total gauge');

  const exit = once(victim, 'exit');
  victim.kill('SIGKILL');
  await exit;
  const killed = await read();
  expect(killed.only('process_cpu_seconds_total')).toBeGreaterThanOrEqual(
    before.only('process_cpu_seconds_total'),
  );
  // Its gauges are there until its shards are folded.
  expect(killed.of('process_start_time_seconds')).toHaveLength(3);
  await prune({ dir });
  const folded = await read();
  expect(folded.only('process_cpu_seconds_total')).toBeGreaterThanOrEqual(
    killed.only('process_cpu_seconds_total'),
  );
  expect(folded.only('nodejs_eventloop_delay_seconds_count')).toBeGreaterThanOrEqual(
    killed.only('nodejs_eventloop_delay_seconds_count'),
  );
  expect(folded.of('process_start_time_seconds')).toHaveLength(2);
  expect(folded.of('nodejs_eventloop_lag_p99_seconds')).toHaveLength(2);
  expect(folded.only('process_resident_memory_bytes')).toBeLessThan(resident);
});

function expectOne(values: readonly number[]): number {
  expect(values).toHaveLength(1);
  return values[0] ?? Number.NaN;
}
