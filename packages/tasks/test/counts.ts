import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openShardStore, type ShardStore, type ShardStoreOptions } from '@promshard/writer';
import { Registry } from 'prom-client';
import { onTestFinished } from 'vitest';

/** A store apart from the thread's, in a directory that goes when the test ends. */
export function isolatedStore(options: ShardStoreOptions = {}): ShardStore {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'promshard-tasks-')));
  const store = openShardStore({ ...options, dir, isolated: true });
  onTestFinished(() => {
    store.close();
    rmSync(dir, { recursive: true, force: true });
  });
  return store;
}

/** Where metrics go, and the lines above 0 that they have there; without buckets and times. */
export function countingPlace(options: ShardStoreOptions = {}): {
  readonly place: { readonly store: ShardStore; readonly registers: readonly Registry[] };
  lines(): Promise<string[]>;
  all(): Promise<string>;
} {
  const registry = new Registry();
  const place = { store: isolatedStore(options), registers: [registry] };
  return {
    place,
    all: () => registry.metrics(),
    lines: async () =>
      (await registry.metrics())
        .split('\n')
        .filter((line) => !/^#|^$|_bucket|_sum| 0$|timestamp/.test(line))
        .toSorted((a, b) => (a < b ? -1 : 1)),
  };
}
