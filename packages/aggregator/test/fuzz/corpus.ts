import { encodeShard, goFloat, type ShardEntryInput } from '@promshard/shard-format';

/** A shard to start mutating from: its kind's part of the file name, and its bytes. */
export interface CorpusShard {
  readonly prefix: string;
  readonly suffix: string;
  readonly bytes: Uint8Array;
}

type Labels = Readonly<Record<string, string>>;

function entry(
  family: string,
  suffix: string,
  labels: Labels,
  value: number,
  timestamp = 0,
): ShardEntryInput {
  return { key: { family, sample: `${family}${suffix}`, labels, help: 'Help é "x".' }, value, timestamp };
}

function counters(count: number): ShardEntryInput[] {
  return Array.from({ length: count }, (_, i) =>
    entry('fuzz_jobs', '_total', { kind: `k${i}`, route: `/r/${i}` }, i),
  );
}

function histogram(): ShardEntryInput[] {
  const buckets = [0.005, 0.1, 1, 2.5, 10, Infinity].map((bound, i) =>
    entry('fuzz_wait', '_bucket', { kind: 'zip', le: goFloat(bound) }, i),
  );
  return [entry('fuzz_wait', '_sum', { kind: 'zip' }, 1.5), ...buckets];
}

/** The layout of prometheus_client <= 0.16: no timestamps. */
export function withoutTimestamps(bytes: Uint8Array, count: number): Uint8Array {
  const parts = [Buffer.alloc(8)];
  let offset = 8;
  for (let i = 0; i < count; i++) {
    const length = Buffer.from(bytes.buffer, bytes.byteOffset).readInt32LE(offset);
    const end = offset + 4 + length + (8 - ((length + 4) % 8)) + 8;
    parts.push(Buffer.from(bytes.subarray(offset, end)));
    offset = end + 8;
  }
  const old = Buffer.concat(parts);
  old.writeInt32LE(old.length, 0);
  return old;
}

function padded(bytes: Uint8Array, size: number): Uint8Array {
  const larger = new Uint8Array(size);
  larger.set(bytes);
  return larger;
}

/** One of each kind of shard, in both layouts, exact and with room to grow. */
export const CORPUS: readonly CorpusShard[] = [
  { prefix: 'counter', suffix: 'db', bytes: encodeShard(counters(1)) },
  { prefix: 'counter', suffix: 'db', bytes: padded(encodeShard(counters(12)), 4096) },
  { prefix: 'counter', suffix: 'db', bytes: withoutTimestamps(encodeShard(counters(5)), 5) },
  { prefix: 'counter', suffix: 'db', bytes: new Uint8Array(64) },
  { prefix: 'histogram', suffix: 'db', bytes: encodeShard(histogram()) },
  {
    prefix: 'summary',
    suffix: 'db',
    bytes: encodeShard([entry('fuzz_size', '_count', {}, 3), entry('fuzz_size', '_sum', {}, 9.5)]),
  },
  ...['max', 'all', 'mostrecent', 'avg', 'livesum'].map((mode) => ({
    prefix: `gauge_${mode}`,
    suffix: 'db',
    bytes: encodeShard([
      entry(`fuzz_${mode}`, '', {}, 1, 5),
      entry(`fuzz_${mode}`, '', { zone: 'a\u2028b' }, -0, 7),
      entry(`fuzz_${mode}`, '', { zone: '' }, Number.NaN, -1),
    ]),
  })),
  {
    prefix: 'sketch',
    suffix: 'shard',
    bytes: encodeShard([
      entry('fuzz_took', '_quantile0.99', {}, 1),
      entry('fuzz_took', '_bin5p-32', { kind: 'zip' }, 4),
      entry('fuzz_took', '_bin0', { kind: 'zip' }, 1),
      entry('fuzz_took', '_bin5n7', { kind: 'zip' }, 2),
    ]),
  },
  { prefix: 'info', suffix: 'shard', bytes: encodeShard([entry('fuzz_build', '_info', { v: '1' }, 1)]) },
  {
    prefix: 'stateset_livemax',
    suffix: 'shard',
    bytes: encodeShard([entry('fuzz_state', '', { fuzz_state: 'on' }, 1)]),
  },
];
