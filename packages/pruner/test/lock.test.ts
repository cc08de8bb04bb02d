import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { addonIsAbsent, forkFixture } from './processes.js';
import { scratchDirectory } from './scratch.js';

const CONTENDERS = 6;
const ENTRIES = 60;
const KILL_EVERY = 4;

/** What a contender tells. */
interface Message {
  readonly kind: 'started' | 'entered' | 'violation' | 'failed';
}

/** Lets processes contend for the lock, killing some that have it; gives what went wrong, and how many were killed. */
async function contend(modes: readonly string[]): Promise<{ wrong: Message[]; kills: number }> {
  const dir = scratchDirectory();
  const marker = join(scratchDirectory(), 'inside');
  const wrong: Message[] = [];
  let entries = 0;
  let kills = 0;
  await new Promise<void>((resolve) => {
    const start = (i: number): void => {
      const child = forkFixture('contender', [dir, marker, modes[i % modes.length] ?? '']);
      child.on('message', (message: Message) => {
        if (message.kind === 'violation' || message.kind === 'failed') wrong.push(message);
        if (message.kind !== 'entered') return;
        entries++;
        if (entries >= ENTRIES) resolve();
        else if (entries % KILL_EVERY === 0) {
          kills++;
          child.once('exit', () => {
            if (entries < ENTRIES) start(i);
          });
          // Somewhere in its run.
          setTimeout(() => child.kill('SIGKILL'), Math.random() * 40);
        }
      });
    };
    for (let i = 0; i < CONTENDERS; i++) start(i);
  });
  return { wrong, kills };
}

describe.skipIf(process.platform !== 'linux')(
  'of many processes that prune one directory (Linux only)',
  () => {
    test.skipIf(addonIsAbsent).each([[['locked']], [['locked', 'unlocked']]])(
      'at most one is at work at a time, however they die; records are %j (skipped where the addon is not compiled)',
      { timeout: 180_000 },
      async (modes) => {
        const { wrong, kills } = await contend(modes);
        expect(wrong).toEqual([]);
        expect(kills).toBeGreaterThan(10);
      },
    );

    test(
      'at most one is at work at a time, however they die; no record is locked',
      { timeout: 180_000 },
      async () => {
        const { wrong, kills } = await contend(['unlocked']);
        expect(wrong).toEqual([]);
        expect(kills).toBeGreaterThan(10);
      },
    );
  },
);
