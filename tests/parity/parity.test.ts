import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import * as writer from '@promshard/writer';
import * as dropIn from '@promshard/prom-client';
import * as promClient from 'prom-client';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

import { hasNative } from '../support/tools.js';
import type { Cases } from './case.js';
import { counterCases } from './cases/counter.js';
import { declarationCases } from './cases/declaration.js';
import { exemplarCases } from './cases/exemplars.js';
import { gaugeCases } from './cases/gauge.js';
import { histogramCases } from './cases/histogram.js';
import { registryCases } from './cases/registry.js';
import { summaryCases } from './cases/summary.js';
import { surfaceCases } from './cases/surface.js';
import { outcomeOf } from './compare.js';
import { recordCalls, type Client } from './record-calls.js';
import { typeMembers } from './type-members.js';

// prom-client is the oracle: each case makes the same calls on it and on what stands in its place, and both have to
// show the same. Differences that are meant are in differences.test.ts.

const TABLES: Readonly<Record<string, Cases>> = {
  declarations: declarationCases,
  counters: counterCases,
  gauges: gaugeCases,
  histograms: histogramCases,
  summaries: summaryCases,
  exemplars: exemplarCases,
  registries: registryCases,
  'what is around': surfaceCases,
};

const { collectDefaultMetrics, Counter, Gauge, Histogram, Summary } = writer;
const LIBRARIES: Readonly<Record<string, Client>> = {
  '@promshard/writer': {
    ...promClient,
    contentType: promClient.register.contentType,
    collectDefaultMetrics,
    Counter,
    Gauge,
    Histogram,
    Summary,
  },
  '@promshard/prom-client': dropIn,
};
/** What the cases have called of prom-client. */
const calls = new Set<string>();
const oracle = recordCalls({ ...promClient, contentType: promClient.register.contentType }, calls);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'hrtime'] });
  return () => vi.useRealTimers();
});

const stores = ['no store', 'pwrite', ...(hasNative() ? ['mmap'] : [])] as const;

describe.each(stores)('with %s', (backend) => {
  beforeAll(() => {
    if (backend === 'no store') return;
    const dir = mkdtempSync(join(tmpdir(), 'promshard-parity-'));
    const store = writer.openShardStore({ dir, backend: backend as 'mmap' | 'pwrite', onProblem: () => {} });
    return () => {
      store.close();
      rmSync(dir, { recursive: true });
    };
  });

  describe.each(Object.entries(LIBRARIES))('%s shows what prom-client shows', (_, library) => {
    describe.each(Object.entries(TABLES))('%s', (_table, cases) => {
      test.each(Object.entries(cases))('%s', async (_name, run) => {
        expect(await outcomeOf(library, run)).toEqual(await outcomeOf(oracle, run));
      });
    });
  });
});

/** Of the declarations, but not there at run time, or of no use. */
const NOT_CALLED = new Set<string>();

test('the cases call every function, overload and option of prom-client’s declarations', () => {
  const file = join(dirname(createRequire(import.meta.url).resolve('prom-client')), 'index.d.ts');
  const members = typeMembers(file);
  expect(members.size).toBeGreaterThan(150);
  expect([...members].filter((member) => !calls.has(member) && !NOT_CALLED.has(member))).toEqual([]);
});
