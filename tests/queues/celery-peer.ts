import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PEER = fileURLToPath(new URL('celery-peer.py', import.meta.url));

const PYTHON = process.env['TEST_TOOLS_PYTHON'] ?? 'python3';

/**
 * Says whether Celery with kombu's SQLAlchemy transport is installed here.
 *
 * @throws Error instead of saying no where `TEST_TOOLS_REQUIRED` is 1.
 */
export function hasCelery(): boolean {
  const isHere =
    spawnSync(PYTHON, ['-c', 'import celery, psycopg2, sqlalchemy'], { stdio: 'ignore' }).status === 0;
  if (!isHere && process.env['TEST_TOOLS_REQUIRED'] === '1')
    throw new Error('TEST_TOOLS_REQUIRED is 1, and TEST_TOOLS_PYTHON names no Python with Celery on SQL.');
  return isHere;
}

/** Celery in a process of its own. */
export interface CeleryPeer {
  /** Does one thing that `celery-peer.py` knows. */
  ask(...command: readonly (string | number)[]): Promise<number>;
  end(): Promise<void>;
}

/** @param url - The `postgres:` URL of the broker. */
export function startCelery(url: string): CeleryPeer {
  const child = spawn(PYTHON, [PEER, url], { stdio: ['pipe', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-4000)));
  return {
    async ask(...command) {
      child.stdin.write(`${JSON.stringify(command)}\n`);
      const { done, value } = await answers.next();
      if (done === true) throw new Error(`Celery ended at ${command.join(' ')}: ${errors}`);
      return JSON.parse(value) as number;
    },
    async end() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
