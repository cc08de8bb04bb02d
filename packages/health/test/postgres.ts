import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A Postgres that can be stopped, killed and started again on the same port. */
export class PostgresProcess {
  #child: ChildProcess | undefined;
  port = 0;

  async start(): Promise<void> {
    const main = fileURLToPath(new URL('postgres-main.mjs', import.meta.url));
    const child = spawn(process.execPath, [main, String(this.port)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    this.port = Number(/\d+$/.exec(line)?.[0]);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** Stops it without closing a connection: whoever asks waits. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }
}
