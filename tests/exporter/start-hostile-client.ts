import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { onTestFinished } from 'vitest';

const PROGRAM = fileURLToPath(new URL('hostile-client.mjs', import.meta.url));

/** How a client behaves badly; see the program. */
export type Behaviour =
  | 'silent'
  | 'slow-headers'
  | 'slow-reader'
  | 'endless-body'
  | 'huge-headers'
  | 'pipelining';

/**
 * Starts a process that opens connections and keeps them, and resolves to how many were established once all have been tried. It
 * ends with the test.
 */
export async function startHostileClient(behaviour: Behaviour, url: string, count: number): Promise<number> {
  const client = spawn(process.execPath, [PROGRAM, behaviour, new URL(url).port, String(count)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(client, 'exit');
  onTestFinished(async () => {
    client.stdin.end();
    await ended;
  });
  let output = '';
  return new Promise((resolve, reject) => {
    client.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const established = /established (\d+)/.exec(output)?.[1];
      if (established !== undefined) resolve(Number(established));
    });
    void ended.then(() => reject(new Error('The client ended early.')));
  });
}
