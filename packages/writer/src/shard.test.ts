import { decodeShard, encodeKey } from '@promshard/shard-format';
import { describe, expect, test } from 'vitest';

import { cellEntries } from './cell-entries.js';
import { HeapStorage } from './heap-storage.js';
import { BLOCK_BYTES, type StorageFailure } from './shard-storage.js';
import { Shard } from './shard.js';

/** A storage of one block until it is allowed to grow. */
class LimitedStorage extends HeapStorage {
  mayGrow = false;
  override grow(bytes: number): undefined {
    if (this.mayGrow) return super.grow(bytes);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- HeapStorage itself never refuses
    return { code: 'write-failed' } as StorageFailure as unknown as undefined;
  }
}

function key(i: number): string {
  return encodeKey({ family: 'f', sample: `f${i}_total`, labels: {}, help: 'h'.repeat(200) });
}

function valuesOf(shard: Shard): Record<string, number> {
  const { entries, problems } = decodeShard(shard.contents());
  expect(problems).toEqual([]);
  return Object.fromEntries(entries.map((entry) => [entry.keyText, entry.value]));
}

describe('Shard', () => {
  test('keeps indices while the buffer grows', () => {
    const shard = new Shard({ kind: 'counter' });
    const cells = Array.from({ length: 100 }, (_, i) => shard.append(cellEntries([key(i)])));
    for (const [i, cell] of cells.entries()) cell.shard.f64[cell.index] = i;
    expect(shard.storage.capacity).toBeGreaterThan(BLOCK_BYTES);
    expect(valuesOf(shard)).toEqual(Object.fromEntries(cells.map((_, i) => [key(i), i])));
  });

  test('entries appended together lie at known offsets from the first', () => {
    const shard = new Shard({ kind: 'histogram' });
    const entries = cellEntries([key(1), key(10), key(100), key(1000)]);
    const { index } = shard.append(entries);
    const { offsets } = entries;
    for (const [i, offset] of offsets.entries()) shard.f64[index + offset] = i + 1;
    expect(Object.values(valuesOf(shard))).toEqual([1, 2, 3, 4]);
  });

  test('counts on in memory when the storage refuses, and moves there when it does not', () => {
    const storage = new LimitedStorage();
    const refusals: StorageFailure[] = [];
    const shard = new Shard({ kind: 'counter' });
    shard.moveTo(storage, { onDirty() {}, onRefused: (failure) => refusals.push(failure) });
    Atomics.store(new Int32Array(storage.buffer), 0, 8);
    const cells = Array.from({ length: 40 }, (_, i) => shard.append(cellEntries([key(i)])));
    const count = (): void => {
      for (const { shard: home, index } of cells) home.f64[index] = (home.f64[index] ?? 0) + 1;
    };
    count();
    expect(refusals).toHaveLength(1);
    expect(Object.keys(valuesOf(shard)).length).toBeLessThan(40);

    expect(shard.drain()).toMatchObject({ code: 'write-failed' });
    storage.mayGrow = true;
    expect(shard.drain()).toBeUndefined();
    count();
    expect(valuesOf(shard)).toEqual(Object.fromEntries(cells.map((_, i) => [key(i), 2])));

    shard.moveTo(new HeapStorage(shard.contents()));
    count();
    expect(valuesOf(shard)).toEqual(Object.fromEntries(cells.map((_, i) => [key(i), 3])));
  });

  test('takes off what it left on a disk before it goes to another', () => {
    const shard = new Shard({ kind: 'counter' });
    const { index } = shard.append(cellEntries([key(1)]));
    shard.f64[index] = 5;
    shard.settle();
    shard.f64[index] = 7;
    const later = shard.append(cellEntries([key(2)]));
    shard.f64[later.index] = 1;
    shard.subtractSettled();
    expect(Object.values(valuesOf(shard))).toEqual([2, 1]);
    shard.subtractSettled();
    expect(Object.values(valuesOf(shard))).toEqual([2, 1]);
  });
});
