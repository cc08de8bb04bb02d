import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again and again until there is an answer. */
export async function until<Value>(find: () => Promise<Value | undefined>): Promise<Value> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error('It did not come about within 30 s.');
    await sleep(25);
  }
}
