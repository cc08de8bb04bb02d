import {
  closeSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import {
  encodeShard,
  goFloat,
  HEADER_BYTES,
  shardFileName,
  VALUE_AND_TIMESTAMP_BYTES,
  type ShardEntryInput,
  type ShardKind,
} from '@promshard/shard-format';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAggregator, type AggregatorOptions, type OutgoingLabelPolicy } from '../src/index.js';
import { withoutTimestamps } from './fuzz/corpus.js';
import { makeDirectory, nothingIsMapped, type TestDirectory } from './shard-directory.js';

const KINDS: readonly ShardKind[] = [
  { kind: 'counter' },
  { kind: 'histogram' },
  { kind: 'summary' },
  { kind: 'gauge', mode: 'sum' },
  { kind: 'gauge', mode: 'livesum' },
  { kind: 'gauge', mode: 'all' },
];

/** What lies at one name: of which keys it is, and how. */
interface ShardState {
  readonly kind: ShardKind;
  /** Part of each key: another one whenever keys of a file change under the reader, as no writer changes them. */
  readonly generation: number;
  readonly values: readonly (readonly [value: number, timestamp: number])[];
  readonly isOld: boolean;
}

function entriesOf({ kind, generation, values }: ShardState): ShardEntryInput[] {
  return values.map(([value, timestamp], i) => {
    const family = `${kind.kind}_${i % 3}`;
    const own = { own: `${i}`, g: `${generation}` };
    const suffix = { counter: '_total', histogram: '_bucket', summary: '_count' }[kind.kind as string] ?? '';
    const labels = kind.kind === 'histogram' ? { g: own.g, le: goFloat(i) } : own;
    return { key: { family, sample: family + suffix, labels, help: 'Help.' }, value, timestamp };
  });
}

function bytesOf(state: ShardState): Uint8Array {
  const bytes = encodeShard(entriesOf(state));
  return state.isOld ? withoutTimestamps(bytes, state.values.length) : bytes;
}

const value = fc.tuple(
  fc.oneof(
    fc.integer({ min: 0, max: 9 }),
    fc.constantFrom(0.1, 1e16, -1, -0, Infinity, -Infinity, Number.NaN),
  ),
  fc.constantFrom(0, 0, 0, 1, -1),
);

/** What happens to one of eighteen files between two snapshots; `how` is how far, or which. */
interface Step {
  readonly what:
    | 'store'
    | 'append'
    | 'replace'
    | 'write-anew'
    | 'cut'
    | 'lengthen'
    | 'remove'
    | 'rename'
    | 'damage'
    | 'nothing';
  readonly kind: ShardKind;
  readonly id: number;
  readonly how: number;
  readonly values: ShardState['values'];
}

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom(
    'store',
    'store',
    'append',
    'replace',
    'write-anew',
    'cut',
    'lengthen',
    'remove',
    'rename',
    'damage',
    'nothing',
  ),
  kind: fc.constantFrom(...KINDS),
  id: fc.integer({ min: 1, max: 3 }),
  how: fc.nat(),
  values: fc.array(value, { minLength: 1, maxLength: 12 }),
});

class Shards {
  readonly #directory: TestDirectory;
  readonly #states = new Map<string, ShardState>();
  #generation = 0;

  constructor(directory: TestDirectory) {
    this.#directory = directory;
  }

  take({ what, kind, id, how, values }: Step): void {
    const name = shardFileName(kind, `${id}`);
    const path = this.#directory.path(name);
    const state = this.#states.get(name);
    if (state === undefined || what === 'replace' || what === 'write-anew') {
      const made = { kind, generation: this.#generation++, values, isOld: how % 4 === 0 };
      this.#states.set(name, made);
      const written = what === 'replace' ? 'next' : name;
      this.#directory.writeBytes(written, bytesOf(made));
      renameSync(this.#directory.path(written), path);
      return;
    }
    const { size } = statSync(path);
    // Of a file that ends before what is in use, the layout cannot be told for sure.
    if (state.isOld && (what === 'cut' || what === 'damage')) return;
    switch (what) {
      case 'store':
        this.#store(name, { ...state, values: state.values.map((one, i) => values[i] ?? one) });
        break;
      case 'append':
        this.#store(name, { ...state, values: [...state.values, ...values] });
        break;
      case 'cut':
        change(path, (fd) => ftruncateSync(fd, cutAt(how % (size + 1), path)));
        break;
      case 'lengthen':
        change(path, (fd) => ftruncateSync(fd, size + (how % 20_000)));
        break;
      case 'remove':
        rmSync(path);
        this.#states.delete(name);
        break;
      case 'rename': {
        const other = shardFileName(kind, `${1 + (how % 3)}`);
        renameSync(path, this.#directory.path(other));
        this.#states.delete(name);
        this.#states.set(other, state);
        break;
      }
      case 'damage':
        change(path, (fd) => writeSync(fd, Int32Array.of(how % (2 * size + 1)), 0, 4, 0));
        break;
      case 'nothing':
        break;
    }
  }

  /** As writers do: first entries, then how many bytes are in use. */
  #store(name: string, state: ShardState): void {
    this.#states.set(name, state);
    const bytes = bytesOf(state);
    change(this.#directory.path(name), (fd) => {
      writeSync(fd, bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, HEADER_BYTES);
      writeSync(fd, bytes, 0, HEADER_BYTES, 0);
    });
  }
}

function change(path: string, by: (fd: number) => void): void {
  const fd = openSync(path, 'r+');
  by(fd);
  closeSync(fd);
}

/** Where nothing but the last value is cut, and its page is still there, a mapping shows zeros: see decision 30. */
function cutAt(length: number, path: string): number {
  const file = readFileSync(path);
  const used = file.length < HEADER_BYTES ? 0 : file.readInt32LE(0);
  const lastValue = used - VALUE_AND_TIMESTAMP_BYTES;
  return length < used && length >= lastValue ? lastValue - 1 : length;
}

const labelPolicy: OutgoingLabelPolicy = {
  checkName: (name) => (name === 'g' ? 'forbidden' : undefined),
  checkValue: (_name, own) => (own === '2' ? { reason: 'forbidden' } : undefined),
};

interface Case extends Omit<AggregatorOptions, 'dir'> {
  /** What it shows goes by who came first, so that an aggregator that is new is none to compare with. */
  readonly remembers?: true;
  /** Entries at the end may be left out, so that nobody looks whether they are still there. */
  readonly isNeverCut?: true;
}

const CASES: readonly Case[] = [
  {},
  { maxOpenFiles: 2 },
  { maxShardBytes: 900 },
  { labelPolicy },
  { yieldAfterMs: 0 },
  { budgets: { maxFiles: 3 }, remembers: true },
  { budgets: { maxBytes: 2000 }, remembers: true },
  { budgets: { maxSeries: 20 }, remembers: true, isNeverCut: true },
];

test.each(CASES)(
  'what is read through mappings is what is read, whatever happens to the files: %o',
  { timeout: 60_000 },
  async ({ remembers, isNeverCut, ...options }) => {
    let mapped = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { maxLength: 4 }), { maxLength: 12 }), async (rounds) => {
        const directory = makeDirectory();
        const shards = new Shards(directory);
        const byDefault = createAggregator({ ...options, ...directory });
        const reading = createAggregator({ ...options, ...directory, native: false });
        for (const steps of rounds) {
          for (const one of steps) if (isNeverCut !== true || one.what !== 'cut') shards.take(one);
          const { stats, ...shown } = await byDefault.collect();
          const { stats: readStats, ...read } = await reading.collect();
          expect(shown).toEqual(read);
          expect({ ...stats, shardsMapped: 0 }).toEqual(readStats);
          mapped += stats.shardsMapped;
          if (remembers === true) continue;
          const fresh = createAggregator({ ...options, ...directory });
          const { families, problems } = await fresh.collect();
          fresh.close();
          expect(shown).toEqual({ families, problems });
        }
        byDefault.close();
        reading.close();
      }),
      { seed: 7, numRuns: 40 },
    );
    if (!nothingIsMapped) expect(mapped).toBeGreaterThan(0);
  },
);
