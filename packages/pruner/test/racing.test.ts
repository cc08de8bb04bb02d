import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { createAggregator } from '@promshard/aggregator';
import { describe, expect, onTestFinished, test } from 'vitest';

import { thisHost } from '../src/host.js';
import { prune } from '../src/prune.js';
import { addonIsAbsent, fixture } from './processes.js';
import { namesIn, putWriter, scratchDirectory } from './scratch.js';

const DEAD = 1000;
const RACERS = 3;
/** Each is killed so often, at most; then it gets to its end. */
const MOST_KILLS = 8;

/** Keeps a pruner running: when it is killed, at some random moment, another one is started. */
async function race(dir: string, mode: string): Promise<{ kills: number; said: string[] }> {
  const said: string[] = [];
  for (let kills = 0; ; kills++) {
    const child = spawn(process.execPath, [fixture('racing-pruner'), dir, mode], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const exited = once(child, 'exit');
    child.stdout.setEncoding('utf8').on('data', (text: string) => said.push(text.trim()));
    await Promise.race([exited, once(child.stdout, 'data')]);
    if (kills < MOST_KILLS) {
      await Promise.race([exited, sleep(Math.random() * 300)]);
      child.kill('SIGKILL');
    }
    await exited;
    if (child.signalCode === null) return { kills, said };
  }
}

describe.each([
  ['without locks', ['unlocked']],
  ['both', ['locked', 'unlocked']],
] as const)('pruners that race, killed at random, their records %s', (name, modes) => {
  test.skipIf(addonIsAbsent && name !== 'without locks')(
    'fold a thousand dead writers to the last, and no reader ever sees another total (skipped where the addon is not compiled)',
    { timeout: 180_000 },
    async () => {
      const dir = scratchDirectory();
      const { bootId, pidNamespace } = thisHost();
      const record = { bootId, pidNamespace };
      for (let i = 0; i < DEAD; i++) putWriter(dir, 2 ** 30 + i, { counter: i, gauges: { max: i }, record });
      const total = (DEAD * (DEAD - 1)) / 2;

      let isOver = false;
      const wrong: unknown[] = [];
      let readings = 0;
      const reading = (async () => {
        const aggregator = createAggregator({ dir, maxAttempts: 200 });
        while (!isOver) {
          const { families, problems } = await aggregator.collect();
          const value = (family: string): unknown =>
            families.find((each) => each.name === family)?.samples[0]?.value;
          readings++;
          if (value('jobs') !== total || value('level_max') !== DEAD - 1) {
            wrong.push([value('jobs'), value('level_max'), problems]);
          }
          await sleep(1);
        }
      })();
      const racers = await Promise.all(
        Array.from({ length: RACERS }, (_, i) => race(dir, modes[i % modes.length] ?? 'unlocked')),
      );
      isOver = true;
      await reading;
      expect(wrong).toEqual([]);
      expect(readings).toBeGreaterThan(5);
      // A run that was held up while another took over says so; nothing else ever fails.
      const said = new Set(racers.flatMap((racer) => racer.said.flatMap((text) => text.split('\n'))));
      expect([...said].filter((line) => !['ready', 'nobody', 'failed lock-lost'].includes(line))).toEqual([]);
      expect(await prune({ dir })).toMatchObject({ kind: 'done', writers: [], left: [] });
      expect(namesIn(dir).filter((file) => !/folded/.test(file))).toEqual([]);
    },
  );
});
