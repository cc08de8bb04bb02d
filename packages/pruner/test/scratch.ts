import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createAggregator } from '@promshard/aggregator';
import {
  encodeOwnerRecord,
  encodeShard,
  ownerFileName,
  shardFileName,
  type GaugeMode,
  type OwnerRecord,
  type ShardKind,
} from '@promshard/shard-format';
import { onTestFinished } from 'vitest';

import type { Host } from '../src/host.js';

// In memory where that is to be had: the tests sync thousands of times, and none pulls the plug.
const PARENT = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A new directory, removed when the running test ends. */
export function scratchDirectory(): string {
  const directory = mkdtempSync(join(PARENT, 'promshard-pruner-'));
  // A writer that is being killed may put its record back meanwhile.
  onTestFinished(() => rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }));
  return directory;
}

/** A machine on which only the given PIDs run. */
export function machine(...running: number[]): Host {
  return {
    pid: running[0] ?? 1,
    threadId: 0,
    bootId: 'boot',
    pidNamespace: 'pid:[1]',
    exists: (pid) => running.includes(pid),
    startTimeOf: (pid) => (running.includes(pid) ? '100' : null),
  };
}

/** What a writer left, by kind of shard. */
export interface Left {
  readonly counter?: number;
  readonly gauges?: Partial<Record<GaugeMode, number>>;
  /** Unix seconds of the gauges; 1 where not given. */
  readonly at?: number;
  readonly record?: Partial<OwnerRecord>;
}

/** Puts a writer's files into a directory: without a lock, on the machine of {@link machine}. Gives its id. */
export function putWriter(
  dir: string,
  pid: number,
  { counter = 1, gauges = {}, at = 1, record = {} }: Left = {},
): string {
  const id = `${pid}-${pid.toString(16).padStart(16, '0')}`;
  const owner: OwnerRecord = {
    formatVersion: 1,
    pid,
    threadId: 0,
    processStartTime: '100',
    bootId: 'boot',
    pidNamespace: 'pid:[1]',
    createdAt: 1,
    writerVersion: '0.0.0',
    locked: false,
    ...record,
  };
  writeFileSync(join(dir, ownerFileName(id)), encodeOwnerRecord(owner));
  const put = (shard: ShardKind, family: string, sample: string, value: number): void => {
    const key = { family, sample, labels: {}, help: 'Help.' };
    writeFileSync(join(dir, shardFileName(shard, id)), encodeShard([{ key, value, timestamp: at }]));
  };
  put({ kind: 'counter' }, 'jobs', 'jobs_total', counter);
  for (const [mode, value] of Object.entries(gauges)) {
    put({ kind: 'gauge', mode: mode as GaugeMode }, `level_${mode}`, `level_${mode}`, value);
  }
  return id;
}

/** Puts a writer's files into a directory: a counter with as many series, each at 1. Gives its id. */
export function putSeries(dir: string, pid: number, series: number): string {
  const id = putWriter(dir, pid);
  const entries = Array.from({ length: series }, (_, i) => ({
    key: { family: 'jobs', sample: 'jobs_total', labels: { kind: `${i}` }, help: 'Help.' },
    value: 1,
  }));
  writeFileSync(join(dir, shardFileName({ kind: 'counter' }, id)), encodeShard(entries));
  return id;
}

/** What the exporter would show, by series. */
export async function samples(dir: string): Promise<Record<string, number>> {
  const { families } = await createAggregator({ dir }).collect();
  return Object.fromEntries(
    families
      .flatMap((family) => family.samples)
      .map(({ name, labels, value }) => [[name, ...labels.map((label) => label.join('='))].join(' '), value]),
  );
}

/** Names in the directory without those of the pruner's lock. */
export function namesIn(dir: string): string[] {
  return readdirSync(dir)
    .filter((name) => !name.startsWith('pruner-'))
    .toSorted();
}
