import { encodeOwnerRecord, type OwnerRecord } from '@promshard/shard-format';

// Last, and one digit: releasing overwrites one byte in place, which no reader can see half done.
const HELD = ',"released":0}\n';
const RELEASED = /,"released":1\}\n$/;

/** Writes the record of the pruner's lock: an owner record, and whether it was given back. */
export function encodeLockRecord(owner: OwnerRecord): string {
  return encodeOwnerRecord(owner).replace(/\}\n$/, HELD);
}

/** The bytes that turn the text of a held lock into that of a released one. */
export function releaseOf(text: string): { readonly offset: number; readonly text: string } {
  return { offset: Buffer.byteLength(text) - '0}\n'.length, text: '1' };
}

/** Whether a lock's text says that its holder gave it back. */
export function isReleased(text: string): boolean {
  return RELEASED.test(text);
}
