import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { decodeShard, parseFileName } from '@promshard/shard-format';

import { FILE_TASKS } from '../topology.js';

/** How often to look for a moment at which the worker has something in hand. */
const ATTEMPTS = 50;
const PAUSE_MS = 10;

/** Windows cannot stop a process; there the count may be one or two behind the moment of death. */
const canStop = process.platform !== 'win32';

/**
 * SIGKILLs a worker while it has jobs in hand. Stops it first, looks into its shard, lets it go on if it was
 * idle: so the number is that of the moment of its death.
 *
 * @returns Attempts that the worker had begun and not ended; 0 only if it never had any.
 */
export async function killWorker(multiprocDir: string, pid: number): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    if (canStop) process.kill(pid, 'SIGSTOP');
    const inHand = await countInHand(multiprocDir, pid);
    if (inHand > 0 || attempt === ATTEMPTS) {
      process.kill(pid, 'SIGKILL');
      return inHand;
    }
    if (canStop) process.kill(pid, 'SIGCONT');
    await sleep(PAUSE_MS);
  }
}

async function countInHand(multiprocDir: string, pid: number): Promise<number> {
  let inHand = 0;
  for (const name of await readdir(multiprocDir)) {
    const file = parseFileName(name);
    if (file.type !== 'shard' || file.shard.kind !== 'counter' || !file.id.startsWith(`${pid}-`)) continue;
    for (const { key, value } of decodeShard(await readFile(path.join(multiprocDir, name))).entries) {
      if (!Object.hasOwn(FILE_TASKS, key.labels['task_name'] ?? '')) continue;
      if (key.sample === 'task_started_total') inHand += value;
      if (key.sample === 'task_success_total' || key.sample === 'task_failure_total') inHand -= value;
    }
  }
  return inHand;
}
