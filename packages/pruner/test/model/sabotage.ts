import { FOLD_POINTER_FILE, parseFileName, parseFoldPointer } from '@promshard/shard-format';

import type { PruneDirectory } from '../../src/prune-directory.js';

/** A directory through which one step of the protocol goes wrong: the schedules must notice each. */
export type Sabotage = (directory: PruneDirectory) => PruneDirectory;

/** Steps of the protocol, each left out or done in the wrong order. */
export const SABOTAGES: Readonly<Record<string, Sabotage>> = {
  'what is superseded goes before the pointer says so': (directory) => ({
    ...directory,
    rename: async (from, to) => {
      const bytes = to === FOLD_POINTER_FILE ? await directory.read(from) : undefined;
      const pointer = parseFoldPointer(Buffer.from(bytes ?? '').toString('utf8'));
      for (const name of pointer?.superseded ?? []) await directory.remove(name);
      await directory.rename(from, to);
    },
  }),
  'the pointer does not say what it supersedes': (directory) => ({
    ...directory,
    write: (name, bytes) =>
      directory.write(name, /\.(?:pointer|spare)\.tmp$/.test(name) ? withoutSuperseded(bytes) : bytes),
  }),
  'the pointer is gone for a moment': (directory) => ({
    ...directory,
    rename: async (from, to) => {
      if (to === FOLD_POINTER_FILE) {
        await directory.remove(to);
        for (const name of await directory.list()) if (isSpare(name)) await directory.remove(name);
      }
      await directory.rename(from, to);
    },
  }),
  'folded shards are written where readers look for them': (directory) => {
    const targets = new Map<string, Uint8Array>();
    return {
      ...directory,
      write: async (name, bytes) => void targets.set(name, bytes),
      rename: async (from, to) => {
        await directory.remove(to);
        await directory.write(to, targets.get(from) ?? new Uint8Array());
      },
      link: async (existing, name) => {
        const bytes = targets.get(existing);
        if (bytes === undefined) return directory.link(existing, name);
        await directory.write(name, bytes);
        return true;
      },
    };
  },
  'names are not synced': (directory) => ({ ...directory, sync: () => Promise.resolve() }),
  'there is no spare copy': (directory) => ({
    ...directory,
    rename: async (from, to) => {
      if (isSpare(to)) await directory.remove(from);
      else await directory.rename(from, to);
    },
  }),
  'an old spare copy outlives what it does not supersede': (directory) => ({
    ...directory,
    rename: async (from, to) => {
      if (isSpare(to) && to !== 'folded-1.json') await directory.remove(from);
      else await directory.rename(from, to);
    },
    remove: async (name) => (isSpare(name) ? true : directory.remove(name)),
  }),
  'two runs hold the lock': (directory) => {
    let own = Number.POSITIVE_INFINITY;
    return {
      ...directory,
      link: async (existing, name) => {
        const isMade = await directory.link(existing, name);
        const epoch = epochOf(name);
        if (isMade && epoch !== undefined) own = epoch;
        return isMade;
      },
      openRecord: async (name) => {
        const record = await directory.openRecord(name);
        if (record === undefined || epochOf(name) === undefined) return record;
        return { ...record, text: record.text.replace('"released":0', '"released":1') };
      },
      list: async () => (await directory.list()).filter((name) => (epochOf(name) ?? 0) <= own),
    };
  },
};

function epochOf(name: string): number | undefined {
  const parsed = parseFileName(name);
  return parsed.type === 'pruner-lock' ? parsed.epoch : undefined;
}

function isSpare(name: string): boolean {
  return parseFileName(name).type === 'fold-spare';
}

function withoutSuperseded(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString('utf8');
  return Buffer.from(text.replace(/"superseded":\[[^\]]*\]/, '"superseded":[]'), 'utf8');
}
