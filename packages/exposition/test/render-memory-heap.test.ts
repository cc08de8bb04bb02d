import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { type MetricFamily, renderChunks, RenderMemory } from '../src/index.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function bytesHeld(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

test('a memory takes the text of a line up to its value, and some hundred bytes', () => {
  const count = 20_000;
  const samples = Array.from({ length: count }, (_, i) => ({
    name: 'jobs_total',
    labels: [
      ['kind', 'a'],
      ['queue', `queue-number-${i}`],
      ['status', 'done'],
    ] as const,
    value: i,
  }));
  const family: MetricFamily = { name: 'jobs', type: 'counter', help: '', samples };
  const line = 'jobs_total{kind="a",queue="queue-number-10000",status="done"} ';
  const memory = new RenderMemory();
  const before = bytesHeld();
  for (const piece of renderChunks(
    { families: [family] },
    { format: 'text', version: '0.0.4' },
    { memory },
  )) {
    expect(piece.length).toBeGreaterThan(0);
  }
  const held = bytesHeld() - before;
  expect(held / count).toBeLessThan(line.length + 150);
  // It is there until now.
  memory.begin();
});
