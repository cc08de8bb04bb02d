import { createRequire } from 'node:module';

import type { NativeAddon } from '@promshard/native';
import { encodeOwnerRecord, ownerFileName, temporaryFileName, type ShardId } from '@promshard/shard-format';

import type { ProcessIdentity } from './process-identity.js';
import type { PlacedFile, ShardDirectory } from './shard-directory.js';

/** Who owns the shards of an id. */
export interface Owner {
  readonly id: ShardId;
  readonly identity: ProcessIdentity;
  readonly instance: string | undefined;
  /** Unix seconds. */
  readonly createdAt: number;
}

/**
 * Puts the owner record into the directory. It is locked before it has its name, so no pruner ever finds it
 * unlocked while its owner lives; the lock lasts until the descriptor is closed, by whatever kind of death.
 */
export function placeOwnerFile(
  directory: ShardDirectory,
  native: NativeAddon | undefined,
  { id, identity, instance, createdAt }: Owner,
): PlacedFile {
  return directory.place(ownerFileName(id), temporaryFileName(id, 'owner'), (fd) => {
    const record = encodeOwnerRecord({
      formatVersion: 1,
      ...identity,
      createdAt,
      ...(instance === undefined ? {} : { instance }),
      writerVersion: ownVersion(),
      locked: native !== undefined && tryLock(native, fd),
    });
    directory.writeAt(fd, new TextEncoder().encode(record), 0);
  });
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
