/**
 * Writers that keep no owner record: Python's, whose shards are named by PID or by whatever `process_identifier`
 * gives. Their names come again, with another process behind them.
 */

const OWN_ID = /^[0-9]+(?:t[0-9]+)?-[0-9a-f]{16}$/;
const RETIRED_ID = /^(.+)~retired-[0-9a-f]{16}$/s;

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
export function retiredId(id: string, nonce: string): string {
  return `${id}~retired-${nonce}`;
}

/** The id that a retired one had before; undefined where it is none. */
export function idBeforeRetirement(id: string): string | undefined {
  return RETIRED_ID.exec(id)?.[1];
}
