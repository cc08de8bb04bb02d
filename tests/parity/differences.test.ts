import { readFileSync } from 'node:fs';

import { createAggregator } from '@promshard/aggregator';
import { renderText } from '@promshard/exposition';
import * as dropIn from '@promshard/prom-client';
import * as writer from '@promshard/writer';
import * as promClient from 'prom-client';
import { beforeEach, describe, expect, test, vi } from 'vitest';

import { temporaryDirectory } from '../support/temporary-directory.js';
import { contextOf } from './compare.js';
import { DIFFERENCES, type Difference } from './differences.js';
import type { Client } from './record-calls.js';

// Where the libraries differ on purpose, each does what the table in the writer's README says of it.

const { collectDefaultMetrics, Counter, Gauge, Histogram, Summary } = writer;
const onShards: Client = { ...promClient, collectDefaultMetrics, Counter, Gauge, Histogram, Summary };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'hrtime'] });
  return () => vi.useRealTimers();
});

test('the table in the README says what is tested, and nothing else', () => {
  const readme = readFileSync(new URL('../../packages/writer/README.md', import.meta.url), 'utf8');
  const [, section = ''] = readme.split('## Differences from prom-client 15.1\n');
  const rows = section
    .split('\n## ')[0]
    ?.split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
  expect(rows?.slice(2)).toEqual(
    DIFFERENCES.map(({ what, promClient: theirs, here }) => [what, theirs, here]),
  );
});

describe.each(DIFFERENCES.map((difference) => [difference.what, difference] as const))(
  '%s',
  (_, difference) => {
    test('prom-client does as the table says', async () => {
      expect(await shown(difference, promClient, async () => '')).toEqual(difference.theirs);
    });

    test('@promshard/writer does as the table says', async () => {
      expect(await shownOnShards(difference, onShards)).toEqual(difference.ours);
    });

    test('@promshard/prom-client does as the table says', async () => {
      const expected = 'dropIn' in difference ? difference.dropIn : difference.ours;
      expect(await shownOnShards(difference, dropIn)).toEqual(expected);
    });
  },
);

function shown(difference: Difference, client: Client, scraped: () => Promise<string>): Promise<unknown> {
  return Promise.resolve(difference.show({ ...contextOf(client), scraped }));
}

async function shownOnShards(difference: Difference, client: Client): Promise<unknown> {
  const dir = temporaryDirectory();
  // A store of its own: what other tests have counted is not in it.
  const store = writer.openShardStore({ dir, isolated: true, onProblem: () => {} });
  const classes = ['Counter', 'Gauge', 'Histogram', 'Summary'].map((name) => [name, inStore(client[name])]);
  const scraped = async (): Promise<string> => {
    store.flush();
    const { families } = await createAggregator({ dir }).collect();
    return renderText({ families });
  };
  try {
    return await shown(difference, { ...client, ...Object.fromEntries(classes) }, scraped);
  } finally {
    store.close();
  }

  /** The class, with metrics in this store. */
  function inStore(type: new (...args: unknown[]) => object): unknown {
    return new Proxy(type, {
      construct: (target, [configuration], newTarget) =>
        Reflect.construct(target, [{ ...(configuration as object), store }], newTarget) as object,
    });
  }
}
