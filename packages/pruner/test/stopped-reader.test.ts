import { setTimeout as sleep } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { prune } from '../src/prune.js';
import { fixture, startProgram } from './processes.js';
import { machine, putWriter, scratchDirectory } from './scratch.js';

const ROUNDS = 40;

test.skipIf(process.platform === 'win32')(
  'a reader that is stopped in the middle of a scrape, for any number of folds, shows no count twice and none of them less',
  { timeout: 120_000 },
  async () => {
    const dir = scratchDirectory();
    // Many files, so that most stops are in between.
    for (let pid = 1; pid <= 30; pid++) putWriter(dir, pid, { record: { pid: 1 } });
    let total = 30;
    const reader = startProgram([process.execPath, fixture('printing-reader'), dir]);
    const shown: number[] = [];
    const next = async (): Promise<number> => {
      const value = Number(await reader.line());
      shown.push(value);
      return value;
    };
    await next();
    for (let round = 0; round < ROUNDS; round++) {
      for (let i = 0; i < 3; i++) putWriter(dir, 100 + 3 * round + i);
      total += 3;
      await sleep(Math.random() * 10);
      reader.child.kill('SIGSTOP');
      for (let folds = 0; folds <= round % 3; folds++) {
        const foldLimits = {
          batch: { writers: 1, bytes: 2 ** 20 },
          layers: { floorBytes: 0, ratio: 1, ceilingBytes: 2 ** 20 },
          forgetAtLeast: 1,
        };
        expect(await prune({ dir, host: machine(1), native: false, foldLimits })).toMatchObject({
          kind: 'done',
          left: [],
        });
      }
      reader.child.kill('SIGCONT');
      while ((await next()) < total) expect(shown.at(-1)).toBeGreaterThanOrEqual(total - 3);
      expect(shown.at(-1)).toBe(total);
    }
    expect(shown).toEqual(shown.toSorted((a, b) => a - b));
  },
);
