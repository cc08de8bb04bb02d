import {
  encodeOwnerRecord,
  encodeShard,
  kindName,
  ownerFileName,
  shardFileName,
  shardId,
  temporaryFileName,
  type ShardEntryInput,
  type ShardKind,
} from '@promshard/shard-format';

import type { MemoryDisk } from './memory-disk.js';
import type { Random } from './seeded-random.js';
import type { Actor, Scheduler } from './scheduler.js';

/** What all writers together have counted so far. */
export interface Truth {
  jobs: number;
  /** The greatest value that any has set. */
  depth: number;
  /** Values in a bin of a sketch. */
  observed: number;
  /** Shards that came to their names. */
  shards: number;
}

const KINDS: readonly ShardKind[] = [
  { kind: 'counter' },
  { kind: 'sketch' },
  { kind: 'gauge', mode: 'max' },
  { kind: 'gauge', mode: 'liveall' },
];

/** A writer: its owner record, then a shard a kind, counting in between. */
export async function write(
  actor: Actor,
  scheduler: Scheduler,
  disk: MemoryDisk,
  random: Random,
  truth: Truth,
  canLock: boolean,
): Promise<void> {
  const id = shardId({ pid: actor.pid, nonce: actor.pid.toString(16).padStart(16, '0') });
  const owner = encodeOwnerRecord({
    formatVersion: 1,
    pid: actor.pid,
    threadId: 0,
    processStartTime: '100',
    bootId: 'boot',
    pidNamespace: 'pid:[1]',
    createdAt: 1,
    writerVersion: '0.0.0',
    locked: canLock,
  });
  const place = async (name: string, purpose: string, bytes: Uint8Array, done: () => void): Promise<void> => {
    const temporary = temporaryFileName(id, purpose);
    await scheduler.turn(actor);
    disk.put(temporary, bytes);
    const inode = disk.inode(temporary);
    if (canLock && purpose === 'owner' && inode !== undefined) inode.lockedBy = actor;
    await scheduler.turn(actor);
    disk.rename(temporary, name);
    done();
  };
  await place(ownerFileName(id), 'owner', Buffer.from(owner), () => undefined);
  for (const shard of KINDS) {
    const name = shardFileName(shard, id);
    await place(name, purposeOf(shard), encodeShard([entryOf(shard, 0)]), () => truth.shards++);
    const inode = disk.inode(name);
    if (inode === undefined) throw new Error(`${name} of a living writer is gone.`);
    const times = 1 + Math.floor(random.next() * 3);
    for (let value = 1; value <= times; value++) {
      await scheduler.turn(actor);
      disk.store(inode, encodeShard([entryOf(shard, value)]));
      if (shard.kind === 'counter') truth.jobs++;
      else if (shard.kind === 'sketch') truth.observed++;
      else if (isMaximum(shard)) truth.depth = Math.max(truth.depth, value);
    }
  }
}

function isMaximum(shard: ShardKind): boolean {
  return shard.kind === 'gauge' && shard.mode === 'max';
}

function purposeOf(shard: ShardKind): string {
  return kindName(shard).replace('_', '-');
}

function entryOf(shard: ShardKind, value: number): ShardEntryInput {
  const [family, sample] = namesOf(shard);
  return { key: { family, sample, labels: {}, help: 'Help.' }, value };
}

function namesOf(shard: ShardKind): [family: string, sample: string] {
  if (shard.kind === 'counter') return ['jobs', 'jobs_total'];
  if (shard.kind === 'sketch') return ['took', 'took_bin5p17'];
  const gauge = isMaximum(shard) ? 'depth' : 'level';
  return [gauge, gauge];
}
