import { createRequire } from 'node:module';

import type { NativeAddon } from '@promshard/native';
import {
  encodeOwnerRecord,
  ownerFileName,
  temporaryFileName,
  type OwnerRecord,
  type ShardId,
} from '@promshard/shard-format';

import { readProcessIdentity } from './process-identity.js';
import type { PlacedFile, ShardDirectory } from './shard-directory.js';

/** Who owns the shards of an id. */
export interface Owner {
  readonly id: ShardId;
  readonly instance: string | undefined;
  /** Unix seconds. */
  readonly createdAt: number;
}

/** An owner record in its place. */
export interface OwnerFile {
  readonly file: PlacedFile;
  readonly record: OwnerRecord;
}

/**
 * Puts the owner record into the directory. It is locked before it has its name, so no pruner ever finds it
 * unlocked while its owner lives; the lock lasts until the descriptor is closed, by whatever kind of death.
 */
export function placeOwnerFile(
  directory: ShardDirectory,
  native: NativeAddon | undefined,
  { id, instance, createdAt }: Owner,
): OwnerFile {
  let record: OwnerRecord = {
    formatVersion: 1,
    // Now, and not when the store was opened: then there may have been no descriptor left to read it with.
    ...readProcessIdentity(),
    createdAt,
    ...(instance === undefined ? {} : { instance }),
    writerVersion: ownVersion(),
    locked: false,
  };
  const file = directory.place(ownerFileName(id), temporaryFileName(id, 'owner'), (fd) => {
    record = { ...record, locked: native !== undefined && tryLock(native, fd) };
    write(directory, fd, record);
  });
  return { file, record };
}

/**
 * Says in the record that its owner has ended. With a lock there is nothing to say: it goes with the descriptor.
 * Nothing may be written to a shard from now on.
 */
export function closeOwnerFile(directory: ShardDirectory, { file, record }: OwnerFile): void {
  if (record.locked) return;
  try {
    write(directory, file.fd, { ...record, closed: true });
  } catch {
    // A pruner then goes by the process, as if this one had been killed.
  }
}

function write(directory: ShardDirectory, fd: number, record: OwnerRecord): void {
  directory.writeAt(fd, new TextEncoder().encode(encodeOwnerRecord(record)), 0);
}

/** Some file systems have no locks; the record then says so, and the pruner goes by PID and start time. */
function tryLock(native: NativeAddon, fd: number): boolean {
  try {
    return native.tryLock(fd);
  } catch {
    return false;
  }
}

/** For people who look into the directory; nothing depends on it. */
function ownVersion(): string {
  try {
    // Both src/ and the bundle dist/index.js lie one level below the package's root.
    const manifest: unknown = createRequire(import.meta.url)('../package.json');
    const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
    return isManifest ? String(manifest.version) : 'unknown';
  } catch {
    // An application's bundler has moved the code away from its manifest.
    return 'unknown';
  }
}
