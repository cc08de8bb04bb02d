import { expect, test } from 'vitest';

import type { TopologyEvent } from '../process/messages.js';
import { hasRecovered, livingWorkers } from './worker-log.js';

const started = (pid: number): TopologyEvent => ({ kind: 'worker-started', pid, backend: 'mmap' });
const killed = (pid: number): TopologyEvent => ({
  kind: 'worker-ended',
  pid,
  end: { kind: 'killed', signal: 'SIGKILL' },
});
const folded: TopologyEvent = { kind: 'shards-folded', shards: 2 };

test('workers live from their start to their end', () => {
  expect(livingWorkers([started(1), started(2), killed(1), started(3)])).toEqual([2, 3]);
});

test('a kill is recovered from when the worker has ended, was replaced, and its shards are folded', () => {
  expect(hasRecovered([killed(1), started(3)], 1)).toBe(false);
  expect(hasRecovered([killed(2), started(3), folded], 1)).toBe(false);
  // The pruner may see the death before the parent does.
  expect(hasRecovered([folded, killed(1), started(3)], 1)).toBe(true);
});
