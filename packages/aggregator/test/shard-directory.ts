import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  encodeFoldPointer,
  encodeOwnerRecord,
  encodeShard,
  FOLD_POINTER_FILE,
  ownerFileName,
  type FoldPointer,
  type ShardEntryInput,
} from '@promshard/shard-format';
import { onTestFinished } from 'vitest';
import { loadViews } from '@promshard/native/views';
import type { Snapshot } from '../src/index.js';

const { addon } = loadViews();

if (addon === undefined && process.env['TEST_TOOLS_REQUIRED'] === '1') {
  throw new Error('TEST_TOOLS_REQUIRED=1, but the addon is absent; run pnpm build with a C compiler.');
}

/** For `describe.skipIf`: there is no addon, or mappings are not used on this system. */
export const nothingIsMapped: boolean = addon === undefined || process.platform !== 'linux';

/** How a second snapshot may read a shard, and the aggregator's option for it. */
export const WAYS = [
  ['through mappings where there is an addon', undefined],
  ['by reading', false],
] as const;

/** A temporary directory of shards. */
export interface TestDirectory {
  readonly dir: string;
  path(name: string): string;
  write(name: string, entries: readonly ShardEntryInput[]): void;
  writeBytes(name: string, bytes: Uint8Array | string): void;
  writePointer(pointer: Omit<FoldPointer, 'formatVersion'>): void;
  writeOwner(id: string, instance: string, createdAt?: number): void;
}

/** Makes an empty directory that goes when the test ends. */
export function makeDirectory(): TestDirectory {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'promshard-aggregator-')));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const writeBytes = (name: string, bytes: Uint8Array | string): void =>
    writeFileSync(join(dir, name), bytes);
  return {
    dir,
    path: (name) => join(dir, name),
    writeBytes,
    write: (name, entries) => writeBytes(name, encodeShard(entries)),
    writePointer: (pointer) => writeBytes(FOLD_POINTER_FILE, pointerText(pointer)),
    writeOwner: (id, instance, createdAt = 1) =>
      writeBytes(
        ownerFileName(id),
        encodeOwnerRecord({
          formatVersion: 1,
          pid: 1,
          threadId: 0,
          processStartTime: null,
          bootId: null,
          pidNamespace: null,
          createdAt,
          instance,
          writerVersion: '0.0.0',
          locked: false,
        }),
      ),
  };
}

/** A fold pointer's JSON. */
export function pointerText(pointer: Omit<FoldPointer, 'formatVersion'>): string {
  return encodeFoldPointer({ formatVersion: 1, ...pointer });
}

type Labels = Readonly<Record<string, string>>;

/** An entry of the counter `jobs`. */
export function jobs(value: number, labels: Labels = {}, timestamp = 0): ShardEntryInput {
  return { key: { family: 'jobs', sample: 'jobs_total', labels, help: 'Jobs done.' }, value, timestamp };
}

/** An entry of the gauge `depth`. */
export function depth(value: number, labels: Labels = {}, timestamp = 0): ShardEntryInput {
  return { key: { family: 'depth', sample: 'depth', labels, help: 'Queue depth.' }, value, timestamp };
}

/** The entries of a histogram `wait`: counts by bound, not cumulative, and the sum. */
export function wait(
  buckets: Readonly<Record<string, number>>,
  sum: number,
  labels: Labels = {},
): ShardEntryInput[] {
  const entry = (sample: string, value: number, le: Labels): ShardEntryInput => ({
    key: { family: 'wait', sample: `wait_${sample}`, labels: { ...labels, ...le }, help: 'Waiting.' },
    value,
  });
  return [
    entry('sum', sum, {}),
    ...Object.entries(buckets).map(([le, value]) => entry('bucket', value, { le })),
  ];
}

/** A snapshot's samples as lines, much like an exposition's. */
export function linesOf(snapshot: Snapshot): string[] {
  return snapshot.families.flatMap(({ samples }) =>
    samples.map(({ name, labels, value }) => {
      const text = labels.map(([label, labelValue]) => `${label}=${JSON.stringify(labelValue)}`).join(',');
      return `${name}{${text}} ${value}`;
    }),
  );
}

/** A snapshot's problems as code, file and offset. */
export function problemsOf(snapshot: Snapshot): string[] {
  return snapshot.problems.map(
    ({ code, file, offset }) => `${code} ${file}${offset === undefined ? '' : ` @${offset}`}`,
  );
}
