import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { addonIsAbsent, forkFixture } from './processes.js';
import { scratchDirectory } from './scratch.js';

const CONTENDERS = 6;
const ENTRIES = 120;
const KILL_EVERY = 6;

interface Message {
  readonly kind: 'started' | 'entered' | 'violation' | 'failed';
}

describe.skipIf(process.platform !== 'linux')(
  'of many processes that prune one directory (Linux only)',
  () => {
    test.each(['locked', 'unlocked', 'some locked'])(
      'at most one is at work at a time, however they die; records are %s',
      { timeout: 180_000 },
      async (mode) => {
        if (addonIsAbsent && mode !== 'unlocked') return;
        const dir = scratchDirectory();
        const marker = join(scratchDirectory(), 'inside');
        const wrong: Message[] = [];
        let entries = 0;
        let kills = 0;
        await new Promise<void>((resolve) => {
          const start = (i: number): void => {
            const locks = mode === 'some locked' ? ['locked', 'unlocked'][i % 2] : mode;
            const child = forkFixture('contender', [dir, marker, locks ?? 'locked']);
            child.on('message', (message: Message) => {
              if (message.kind === 'violation' || message.kind === 'failed') wrong.push(message);
              if (message.kind !== 'entered') return;
              entries++;
              if (entries >= ENTRIES) resolve();
              else if (entries % KILL_EVERY === 0) {
                kills++;
                child.once('exit', () => start(i));
                // Somewhere in its run.
                setTimeout(() => child.kill('SIGKILL'), Math.random() * 40);
              }
            });
          };
          for (let i = 0; i < CONTENDERS; i++) start(i);
        });
        expect(wrong).toEqual([]);
        expect(kills).toBeGreaterThan(15);
      },
    );
  },
);
