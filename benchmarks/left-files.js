// Files of writers, dead or alive, as they lie in a directory.
import { readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  encodeOwnerRecord,
  encodeShard,
  ownerFileName,
  shardFileName,
  shardId,
} from '@promshard/shard-format';

/** A PID above Linux's highest (4194304): no process has it. */
export const DEAD_PID = 5_000_000;

const HOST = {
  bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
  pidNamespace: readlinkSync('/proc/self/ns/pid'),
};

/** Writes the owner record and one counter's shard of the `number`-th writer. */
export function leaveFiles(dir, number, pid, series) {
  const id = shardId({ pid, nonce: number.toString(16).padStart(16, '0') });
  const owner = {
    formatVersion: 1,
    pid,
    threadId: 0,
    processStartTime: null,
    ...HOST,
    createdAt: Date.now() / 1000,
    writerVersion: '0.0.0',
    locked: false,
  };
  writeFileSync(join(dir, ownerFileName(id)), encodeOwnerRecord(owner));
  writeFileSync(join(dir, shardFileName({ kind: 'counter' }, id)), shardOf(series));
}

const shards = new Map();

function shardOf(series) {
  const known = shards.get(series);
  if (known !== undefined) return known;
  const entries = Array.from({ length: series }, (_, i) => ({
    key: { family: 'jobs', sample: 'jobs_total', labels: { kind: `k${i}` }, help: 'Jobs.' },
    value: 1,
  }));
  const bytes = encodeShard(entries);
  shards.set(series, bytes);
  return bytes;
}
