/**
 * Writers that keep no owner record: Python's, whose shards are named by PID or by whatever `process_identifier`
 * gives. Their names come again, with another process behind them.
 */

const OWN_ID = /^[0-9]+(?:t[0-9]+)?-[0-9a-f]{16}$/;
const ASIDE_ID = /^(.+)~aside-[0-9a-f]{16}$/s;

/** Whether an id is another library's; one of promshard's own writers has an owner record, or has lost it. */
export function isForeignId(id: string): boolean {
  return !OWN_ID.test(id);
}

/**
 * The id under which a foreign writer's shards go on once nobody writes to them: nobody ever opens a file of that name
 * for writing. Sorts behind the id itself.
 *
 * @param nonce - 16 lowercase hexadecimal digits that were never used before.
 */
export function asideId(id: string, nonce: string): string {
  return `${id}~aside-${nonce}`;
}

/** The id that shards had before they were set aside; undefined where they were not. */
export function idBeforeAside(id: string): string | undefined {
  return ASIDE_ID.exec(id)?.[1];
}
