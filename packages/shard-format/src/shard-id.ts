/** The identity of one writer, never reused: `<pid>-<nonce>`, or `<pid>t<threadId>-<nonce>` in a worker thread. */
export type ShardId = string & { readonly __brand: 'ShardId' };

/** What a shard id is made of. */
export interface ShardIdParts {
  readonly pid: number;
  /** Node's `threadId`; 0 or absent on the main thread. */
  readonly threadId?: number;
  /** 16 lowercase hexadecimal digits from a cryptographic source: 64 bits make reuse a non-event. */
  readonly nonce: string;
}

const NONCE = /^[0-9a-f]{16}$/;

/**
 * Makes a shard id.
 *
 * @throws RangeError where a part is not as {@link ShardIdParts} says.
 */
export function shardId({ pid, threadId = 0, nonce }: ShardIdParts): ShardId {
  if (!Number.isSafeInteger(pid) || pid < 1)
    throw new RangeError(`pid must be a positive integer, got ${pid}.`);
  if (!Number.isSafeInteger(threadId) || threadId < 0) {
    throw new RangeError(`threadId must be 0 or a positive integer, got ${threadId}.`);
  }
  if (!NONCE.test(nonce)) throw new RangeError('nonce must be 16 lowercase hexadecimal digits.');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one place that makes the brand
  return `${pid}${threadId === 0 ? '' : `t${threadId}`}-${nonce}` as ShardId;
}
