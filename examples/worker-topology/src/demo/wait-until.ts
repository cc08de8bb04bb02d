import { setTimeout as sleep } from 'node:timers/promises';

const INTERVAL_MS = 200;
const DEADLINE_MS = 60_000;

/**
 * Asks again and again until the answer is yes.
 *
 * @param what - Names what is waited for, for the error.
 * @throws If the answer is still no after a minute.
 */
export async function waitUntil(
  what: string,
  condition: () => boolean | Promise<boolean>,
  deadlineMs: number = DEADLINE_MS,
): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited ${deadlineMs / 1000} s in vain: ${what}.`);
    await sleep(INTERVAL_MS);
  }
}
