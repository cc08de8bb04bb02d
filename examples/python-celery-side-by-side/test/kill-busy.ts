import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { decodeShard, parseFileName } from '@promshard/shard-format';

/**
 * SIGKILLs a process that has a job in hand: stops each in turn, looks into its shard, and lets an idle one go on. So what its
 * shard said is what it had counted when it died.
 */
export async function killBusy(dir: string, processes: () => readonly number[]): Promise<number> {
  for (let attempt = 0; attempt < 1000; attempt += 1) {
    for (const pid of processes()) {
      process.kill(pid, 'SIGSTOP');
      if (inHand(dir, pid) > 0) {
        process.kill(pid, 'SIGKILL');
        return pid;
      }
      process.kill(pid, 'SIGCONT');
    }
    await sleep(10);
  }
  throw new Error('No process had a job in hand.');
}

/** Attempts that the process has begun and not ended. */
function inHand(dir: string, pid: number): number {
  let count = 0;
  for (const name of readdirSync(dir)) {
    const file = parseFileName(name);
    if (file.type !== 'shard' || file.shard.kind !== 'counter' || file.id.split('-')[0] !== `${pid}`)
      continue;
    for (const { key, value } of decodeShard(readFileSync(`${dir}/${name}`)).entries) {
      if (key.sample === 'task_started_total') count += value;
      if (key.sample === 'task_success_total' || key.sample === 'task_failure_total') count -= value;
    }
  }
  return count;
}
