import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { expect } from 'vitest';

import { readDirectory, temporaryDirectory } from './directory.js';

const FIXTURE = fileURLToPath(new URL('fixtures/count-until-dead.mjs', import.meta.url));
/** As in the fixture: labelled counters, then labelled histograms, then a counter without labels. */
const SERIES = 150;
const HISTOGRAMS = 8;
const AT_ONCE = 2;

/** How many writers are killed, and when. */
export interface Kills {
  readonly backend: 'mmap' | 'pwrite';
  /** Killed by themselves, at steps that are spread over all that a writer does. */
  readonly atSteps: number;
  /** Killed from outside, at moments spread over so many milliseconds. */
  readonly atTimes: number;
  readonly spreadMs?: number;
}

/** What came of it. */
export interface Killed {
  readonly kills: number;
  /** How many died at each kind of step. */
  readonly byKind: Readonly<Record<string, number>>;
  /** Increments that were acknowledged by those who died, and not removed by them. */
  readonly acknowledged: number;
  /** What does not fit: a shard that does not decode, or a series outside of what may be in it. */
  readonly faults: readonly string[];
}

/** Has writers die by SIGKILL, each with a directory of its own, and looks at what each has left. */
export async function killWriters({ backend, atSteps, atTimes, spreadMs = 120 }: Kills): Promise<Killed> {
  const root = temporaryDirectory();
  const byKind: Record<string, number> = {};
  const faults: string[] = [];
  let acknowledged = 0;

  const { steps, kinds } = await countSteps(join(root, 'steps'), backend);
  const lives: (() => Promise<string>)[] = [
    ...Array.from({ length: atSteps }, (_, i) => () => life(1 + Math.floor((i * steps) / atSteps))),
    ...Array.from({ length: atTimes }, (_, i) => () => life(-1, (i * spreadMs) / atTimes)),
  ];
  const work = lives.entries();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const [i, live] of work) {
        const dir = await live();
        const left = judge(dir, kinds);
        byKind[left.kind] = (byKind[left.kind] ?? 0) + 1;
        acknowledged += left.acknowledged;
        faults.push(...left.faults.map((fault) => `life ${i}, ${left.kind}: ${fault}`));
        rmSync(dir, { recursive: true });
      }
    }),
  );
  return { kills: lives.length, byKind, acknowledged, faults };

  async function life(step: number, ms = 0): Promise<string> {
    const dir = join(root, `${step}-${ms}`);
    const child = start(dir, backend, step);
    const exit = once(child, 'exit');
    if (step === -1) {
      await once(child, 'message');
      await sleep(ms);
      child.kill('SIGKILL');
    }
    expect(await exit).toEqual([null, 'SIGKILL']);
    return dir;
  }
}

function start(dir: string, backend: string, step: number) {
  mkdirSync(join(dir, 'shards'), { recursive: true });
  writeFileSync(join(dir, 'acks'), new Uint8Array(8 * (1 + 3 * (SERIES + HISTOGRAMS + 1))));
  const args = [join(dir, 'shards'), backend, join(dir, 'acks'), `${step}`];
  // Without the options that the tests themselves run with: they make a start slow.
  return fork(FIXTURE, args, { execArgv: [] });
}

async function countSteps(dir: string, backend: string): Promise<{ steps: number; kinds: string[] }> {
  const child = start(dir, backend, 0);
  const [counted] = (await once(child, 'message')) as [{ steps: number; kinds: string[] }];
  child.disconnect();
  await once(child, 'exit');
  return counted;
}

/** Holds what a dead writer has left against what it has acknowledged. */
function judge(dir: string, kinds: readonly string[]) {
  const file = readFileSync(join(dir, 'acks'));
  const acks = new Float64Array(file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength));
  const { values, problems } = readDirectory(join(dir, 'shards'));
  const faults = problems.map(({ message }) => message);
  let acknowledged = 0;
  for (let series = 0; series <= SERIES + HISTOGRAMS; series++) {
    const [intended = 0, sure = 0, state = 0] = acks.subarray(1 + 3 * series);
    acknowledged += sure;
    for (const name of namesOf(series)) {
      const value = values[name];
      const isWithin = value === undefined ? sure === 0 : value >= sure && value <= intended;
      // 1: it was being removed. 2: it was removed, or reset to 0.
      const isGone = value === undefined || value === 0;
      if (state === 2 ? isGone : isWithin || (state === 1 && isGone)) continue;
      faults.push(`${name} is ${value}, of ${sure} acknowledged and ${intended} intended in state ${state}`);
    }
  }
  return { kind: kinds[(acks[0] ?? 0) - 1] ?? 'at a time', acknowledged, faults };
}

function namesOf(series: number): readonly string[] {
  if (series < SERIES) return [`c_total n="${series}"`];
  if (series === SERIES + HISTOGRAMS) return ['b_total'];
  return [`h_sum n="${series - SERIES}"`, `h_bucket le="1.0" n="${series - SERIES}"`];
}
