import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { cachedReading, type Clock, type Standing } from './cached-reading.js';
import type { BrokerReading, QueueReader, ReadContext } from './queue-reader.js';

function reader(read: (context: ReadContext) => Promise<BrokerReading>): QueueReader {
  return { broker: 'b', names: ['q'], states: ['ready'], read };
}

function reading(ready: number): BrokerReading {
  return { queues: [{ queue: 'q', depth: { ready } }] };
}

/** A clock that stands still until it is moved. */
function handClock(): Clock & { move(ms: number): void } {
  let ms = 0;
  return { now: () => ms, wallTime: () => 1_700_000_000_000 + ms, move: (by) => void (ms += by) };
}

const depthOf = ({ last }: Standing): number | undefined => last?.queues[0]?.depth.ready;

describe('a cached reading', () => {
  it('is made once for all who ask at the same time, and once in its time to live', async () => {
    const clock = handClock();
    let readings = 0;
    const refresh = cachedReading(
      reader(async () => reading((readings += 1))),
      { ttlMs: 1000, timeoutMs: 1000, onSettled: () => {}, clock },
    );
    const all = await Promise.all(Array.from({ length: 100 }, () => refresh()));
    expect(new Set(all.map(depthOf))).toEqual(new Set([1]));
    clock.move(999);
    expect(depthOf(await refresh())).toBe(1);
    clock.move(1);
    expect(depthOf(await refresh())).toBe(2);
  });

  it('keeps the last good values and their time when a reading fails, and does not ask again within its time to live', async () => {
    const clock = handClock();
    let asked = 0;
    let failing = false;
    const refresh = cachedReading(
      reader(async () => {
        asked += 1;
        if (failing) throw new Error('down');
        return reading(7);
      }),
      { ttlMs: 1000, timeoutMs: 1000, onSettled: () => {}, clock },
    );
    const good = await refresh();
    failing = true;
    clock.move(1000);
    const bad = [await refresh(), await refresh()];
    expect(bad).toEqual([
      { up: false, last: good.last },
      { up: false, last: good.last },
    ]);
    expect(asked).toBe(2);
  });

  it('is given up in time, tells its reader, and makes room for the next', async () => {
    const clock = handClock();
    const signals: AbortSignal[] = [];
    const refresh = cachedReading(
      reader(async ({ signal }) => {
        signals.push(signal);
        return signals.length === 1 ? new Promise(() => {}) : reading(3);
      }),
      { ttlMs: 1, timeoutMs: 20, onSettled: () => {}, clock },
    );
    expect(await refresh()).toEqual({ up: false, last: undefined });
    expect(signals[0]?.aborted).toBe(true);
    clock.move(1);
    expect(depthOf(await refresh())).toBe(3);
    expect(signals[1]?.aborted).toBe(false);
  });

  it('shows nothing of an answer that comes too late', async () => {
    const clock = handClock();
    let answer: (reading: BrokerReading) => void = () => {};
    const settled: Standing[] = [];
    const refresh = cachedReading(
      reader(() => new Promise((resolve) => (answer = resolve))),
      { ttlMs: 1000, timeoutMs: 20, onSettled: (standing) => settled.push(standing), clock },
    );
    await refresh();
    answer(reading(99));
    await sleep(5);
    expect(await refresh()).toEqual({ up: false, last: undefined });
    expect(settled).toHaveLength(1);
  });

  it('is not begun while three have not come back, and is when one has', async () => {
    const clock = handClock();
    const answers: ((reading: BrokerReading) => void)[] = [];
    const refresh = cachedReading(
      reader(() => new Promise((resolve) => answers.push(resolve))),
      { ttlMs: 1, timeoutMs: 5, onSettled: () => {}, clock },
    );
    for (let tries = 0; tries < 10; tries += 1) {
      await refresh();
      clock.move(1);
    }
    expect(answers).toHaveLength(3);
    answers[1]!(reading(1));
    await sleep(5);
    await refresh();
    expect(answers).toHaveLength(4);
  });

  it.each([
    ['a depth below zero', { queues: [{ queue: 'q', depth: { ready: -1 } }] }],
    ['a depth that is no number', { queues: [{ queue: 'q', depth: { ready: Number.NaN } }] }],
    ['a depth as text', { queues: [{ queue: 'q', depth: { ready: '3' as unknown as number } }] }],
    ['a state of no list', { queues: [{ queue: 'q', depth: { tenant42: 1 } as never }] }],
    ['a state of another reader', { queues: [{ queue: 'q', depth: { failed: 1 } }] }],
    ['two entries for one queue', { queues: [reading(1).queues[0]!, reading(2).queues[0]!] }],
    [
      'a time that is none',
      { queues: [{ queue: 'q', depth: {}, oldestReadySeconds: Number.POSITIVE_INFINITY }] },
    ],
    ['nothing', undefined as unknown as BrokerReading],
  ])('takes %s for a failure', async (_name, answer) => {
    const failures: unknown[] = [];
    const refresh = cachedReading(
      reader(async () => answer),
      { ttlMs: 1, timeoutMs: 1000, onSettled: (_standing, failure) => failures.push(failure) },
    );
    expect((await refresh()).up).toBe(false);
    expect(failures[0]).toBeDefined();
  });

  it('takes a reader that throws at once for a failure', async () => {
    const refresh = cachedReading(
      reader(() => {
        throw new Error('no');
      }),
      { ttlMs: 1, timeoutMs: 1000, onSettled: () => {} },
    );
    expect((await refresh()).up).toBe(false);
  });
});
