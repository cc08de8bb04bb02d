import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { exitOf } from './short-lived-workers.js';

const PRUNER = fileURLToPath(new URL('../../packages/pruner/dist/bin.js', import.meta.url));

/** A pruner that is killed and started again. */
export interface KeptPruner {
  /** Kills it for good. */
  stop(): Promise<{ readonly kills: number; readonly errors: string }>;
}

/** Runs `promshard-pruner --watch`, kills it by SIGKILL after a random time, and starts it again. */
export function keepPruning(dir: string, lifeMs: () => number): KeptPruner {
  let isStopped = false;
  let kills = 0;
  let errors = '';
  const loop = (async () => {
    while (!isStopped) {
      const env = { ...process.env, PROMSHARD_PRUNE_INTERVAL_MS: '50' };
      const args = [PRUNER, '--watch', '--dir', dir];
      const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
      // It tells of each run that did something. One in four is killed while it gets ready, or soon after.
      let isAtWork = lifeMs() < lifeMs() / 3;
      child.stdout.on('data', () => (isAtWork = true));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
      const exit = exitOf(child);
      for (const begun = performance.now(); !isStopped && !isAtWork && performance.now() - begun < 5000;) {
        await sleep(20);
      }
      for (const end = performance.now() + lifeMs(); !isStopped && performance.now() < end;) await sleep(20);
      child.kill('SIGKILL');
      kills++;
      await exit;
    }
  })();
  return {
    async stop() {
      isStopped = true;
      await loop;
      return { kills, errors };
    },
  };
}
