import type { BackendChoice } from '@promshard/config';
import { loadNative, type LoadedNative, type NativeAddon } from '@promshard/native';
import { temporaryFileName, type ShardId } from '@promshard/shard-format';

import { mapWithRoom } from './mmap-storage.js';
import type { ShardDirectory } from './shard-directory.js';
import { BLOCK_BYTES } from './shard-storage.js';
import { WriterError } from './writer-error.js';

/** What a store works with. */
export interface Backend {
  readonly kind: 'chosen';
  /** Takes the owner's lock; undefined where there is no addon. */
  readonly locks: NativeAddon | undefined;
  /** Maps files; undefined for the pwrite backend. */
  readonly native: NativeAddon | undefined;
}

/** The process has no file descriptor left to find out; it may have one later. */
export interface BackendUnknown {
  readonly kind: 'unknown';
  readonly cause: unknown;
}

/** What is asked, and where. */
export interface BackendQuestion {
  readonly choice: BackendChoice;
  readonly directory: ShardDirectory;
  readonly id: ShardId;
  /** By default the addon of this thread. */
  readonly load?: () => LoadedNative;
}

/**
 * Finds out how values can be brought to a directory, by trying it on a file that has no lasting name.
 *
 * @throws {@link WriterError} `MMAP_UNAVAILABLE` where mmap is asked for and cannot work.
 */
export function chooseBackend({
  choice,
  directory,
  id,
  load = loadNative,
}: BackendQuestion): Backend | BackendUnknown {
  const { status, addon } = load();
  if (addon === undefined) {
    const reason = status.kind === 'absent' ? status.reason : 'there is no addon';
    if (status.kind === 'absent' && status.isPassing === true) return unknown(new Error(reason));
    if (choice === 'mmap') throw unavailable(directory, reason);
    return { kind: 'chosen', locks: undefined, native: undefined };
  }
  if (choice === 'pwrite') return { kind: 'chosen', locks: addon, native: undefined };
  try {
    directory.probe(temporaryFileName(id, 'probe'), (fd) => {
      addon.allocate(fd, 0, BLOCK_BYTES);
      addon.unmapFile(mapWithRoom(addon, fd, BLOCK_BYTES, BLOCK_BYTES));
    });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'EMFILE' || code === 'ENFILE') return unknown(cause);
    // A full disk says nothing about mapping, and passes.
    const isFull = code === 'ENOSPC' || code === 'EDQUOT';
    if (!isFull && choice === 'mmap') throw unavailable(directory, messageOf(cause), { cause });
    return { kind: 'chosen', locks: addon, native: isFull ? addon : undefined };
  }
  return { kind: 'chosen', locks: addon, native: addon };
}

function unknown(cause: unknown): BackendUnknown {
  return { kind: 'unknown', cause };
}

function unavailable(directory: ShardDirectory, reason: string, options?: ErrorOptions): WriterError {
  return new WriterError(
    'MMAP_UNAVAILABLE',
    `The mmap backend cannot be used in ${directory.path}: ${reason}. Use backend "auto" or "pwrite".`,
    options,
  );
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
