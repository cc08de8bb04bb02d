import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';

import { createQueueMetrics, type QueueProblem } from './create-queue-metrics.js';
import { QueueMetricsError } from './queue-metrics-error.js';
import type { BrokerReading, QueueReader } from './queue-reader.js';

function reader(read: () => BrokerReading, more: Partial<QueueReader> = {}): QueueReader {
  return {
    broker: 'outbox',
    names: ['a', 'b'],
    states: ['ready', 'failed'],
    read: async () => read(),
    ...more,
  };
}

const NOTHING: BrokerReading = { queues: [] };

describe('queue metrics', () => {
  it('show what a reader of one’s own says', async () => {
    const registry = new Registry();
    const hostile = 'c"\n\\,state="x';
    createQueueMetrics({
      registry,
      prefix: 'shop_',
      ages: true,
      queues: [
        reader(
          () => ({
            brokerTimeSeconds: 5000,
            queues: [
              {
                queue: hostile,
                depth: { ready: 2 ** 60, failed: undefined },
                oldestReadySeconds: 4000,
                deadLetters: { depth: 2, oldestSeconds: 6000 },
              },
              ...Array.from({ length: 1000 }, (_, n) => ({ queue: `tenant-${n}`, depth: { ready: n } })),
            ],
          }),
          { names: [hostile, 'b'] },
        ),
      ],
    });
    const lines = (await registry.metrics()).split('\n').filter((line) => /^[^#]/.test(line));
    const label = 'c\\"\\n\\\\,state=\\"x';
    expect(lines.filter((line) => !/(?:last_success|duration|offset)/.test(line))).toEqual([
      `shop_queue_depth{broker="outbox",queue="${label}",state="ready"} 1152921504606847000`,
      `shop_queue_depth{broker="outbox",queue="b",state="ready"} 0`,
      `shop_queue_depth{broker="outbox",queue="b",state="failed"} 0`,
      `shop_queue_oldest_ready_timestamp_seconds{broker="outbox",queue="${label}"} 4000`,
      `shop_queue_dead_letter_depth{broker="outbox",queue="${label}"} 2`,
      `shop_queue_dead_letter_oldest_timestamp_seconds{broker="outbox",queue="${label}"} 6000`,
      `shop_queue_oldest_ready_age_seconds{broker="outbox",queue="${label}"} 1000`,
      `shop_queue_oldest_ready_age_seconds{broker="outbox",queue="b"} 0`,
      // A broker whose clock was set back: never a negative age.
      `shop_queue_dead_letter_oldest_age_seconds{broker="outbox",queue="${label}"} 0`,
      `shop_queue_broker_up{broker="outbox"} 1`,
      `shop_queue_unlisted_queues{broker="outbox"} 1000`,
    ]);
  });

  it('show a queue no longer as old when nothing in it is ready', async () => {
    const registry = new Registry();
    let oldestReadySeconds: number | undefined = 10;
    const queues = [reader(() => ({ queues: [{ queue: 'a', depth: {}, oldestReadySeconds }] }))];
    const metrics = createQueueMetrics({ registry, queues, ttlMs: 1 });
    expect(await registry.getSingleMetricAsString('queue_oldest_ready_timestamp_seconds')).toContain('} 10');
    oldestReadySeconds = undefined;
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await registry.getSingleMetricAsString('queue_oldest_ready_timestamp_seconds')).not.toContain('}');
    expect(await metrics.read()).toMatchObject([
      {
        broker: 'outbox',
        up: true,
        queues: [{ queue: 'a', depth: { ready: 0, failed: 0 } }, { queue: 'b' }],
      },
    ]);
  });

  it('are whole although one of two brokers is down, and say so once', async () => {
    const registry = new Registry();
    const problems: QueueProblem[] = [];
    createQueueMetrics({
      registry,
      ttlMs: 1,
      onProblem: (problem) => {
        problems.push(problem);
        throw new Error('a listener that throws');
      },
      queues: [
        reader(() => ({ queues: [{ queue: 'a', depth: { ready: 4 } }] })),
        reader(
          () => {
            throw Object.assign(new Error('password=hunter2'), { code: 'ECONNREFUSED' });
          },
          { broker: 'other' },
        ),
      ],
    });
    for (let scrapes = 0; scrapes < 3; scrapes += 1) {
      const text = await registry.metrics();
      expect(text).toContain('queue_depth{broker="outbox",queue="a",state="ready"} 4');
      expect(text).toContain('queue_broker_up{broker="other"} 0');
      expect(text).toContain('queue_broker_last_success_timestamp_seconds{broker="other"} 0');
      expect(text).not.toContain('queue_depth{broker="other"');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(problems.map(({ message }) => message)).toEqual([
      'The queues of other cannot be read (ECONNREFUSED): old values are shown.',
    ]);
  });

  it('are whole although an error cannot be read and its listener rejects', async () => {
    const registry = new Registry();
    const problems: QueueProblem[] = [];
    const unreadable = Object.defineProperty(new Error('unreadable'), 'code', {
      get() {
        throw new Error('nobody reads this');
      },
    });
    createQueueMetrics({
      registry,
      onProblem: (problem) => {
        problems.push(problem);
        return Promise.reject(new Error('a listener that rejects')) as never;
      },
      queues: [
        reader(() => {
          throw unreadable;
        }),
      ],
    });
    expect(await registry.metrics()).toContain('queue_broker_up{broker="outbox"} 0');
    expect(problems.map(({ message }) => message)).toEqual([
      'The queues of outbox cannot be read (see its cause): old values are shown.',
    ]);
  });

  it('leave the registry when they are closed', async () => {
    const registry = new Registry();
    createQueueMetrics({ registry, queues: [reader(() => NOTHING)] }).close();
    expect(await registry.metrics()).toBe('\n');
    createQueueMetrics({ registry, queues: [reader(() => NOTHING)] });
  });

  it.each([
    ['no time to live', { ttlMs: 0 }],
    ['a timeout that no timer can wait', { timeoutMs: 2 ** 31 }],
    ['a prefix that begins no name', { prefix: '1-' }],
    ['two readers of one broker', { queues: [reader(() => NOTHING), reader(() => NOTHING)] }],
    ['a broker with a quote', { queues: [reader(() => NOTHING, { broker: '"' })] }],
    ['no names', { queues: [reader(() => NOTHING, { names: [] })] }],
    ['a name twice', { queues: [reader(() => NOTHING, { names: ['a', 'a'] })] }],
    ['a name with NUL', { queues: [reader(() => NOTHING, { names: ['a\0'] })] }],
    ['a name with half a character', { queues: [reader(() => NOTHING, { names: ['\u{D800}'] })] }],
    ['a state that is none', { queues: [reader(() => NOTHING, { states: ['odd' as never] })] }],
  ])('refuse %s', (_name, options) => {
    const registry = new Registry();
    expect(() => createQueueMetrics({ registry, queues: [reader(() => NOTHING)], ...options })).toThrow(
      QueueMetricsError,
    );
    expect(registry.getMetricsAsArray()).toEqual([]);
  });

  it('refuse a registry that has them already', () => {
    const registry = new Registry();
    createQueueMetrics({ registry, queues: [reader(() => NOTHING)] });
    expect(() => createQueueMetrics({ registry, queues: [reader(() => NOTHING)] })).toThrow(
      'queue_depth already',
    );
  });
});
