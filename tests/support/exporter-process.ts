import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { onTestFinished } from 'vitest';

const BIN = fileURLToPath(new URL('../../packages/exporter/dist/bin.js', import.meta.url));

/** The `promshard-exporter` bin in a process of its own. */
export interface ExporterProcess {
  /** Where it listens. */
  readonly url: string;
  readonly child: ChildProcess;
  /** What it has printed to its standard output so far. */
  readonly output: () => string;
  /** What it has printed to its standard error so far. */
  readonly errors: () => string;
  /** One scrape's body. */
  scrape(headers?: Record<string, string>): Promise<string>;
  /** Sends SIGTERM and resolves to the exit code. */
  stop(): Promise<number | null>;
}

/** Another program, or other surroundings. */
export interface ExporterCommand {
  /** The bin; that of the build by default. */
  readonly bin?: string;
  /** The Node.js to run it; this one by default. */
  readonly node?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Starts the exporter on a free port and resolves once it listens. It is stopped when the test ends.
 *
 * @param prefix - A program and its arguments to run it under, such as `['strace', '-f']`.
 * @param options - Further options of the program.
 */
export async function startExporterProcess(
  dir: string,
  prefix: readonly string[] = [],
  options: readonly string[] = [],
  { bin = BIN, node = process.execPath, env = process.env }: ExporterCommand = {},
): Promise<ExporterProcess> {
  const command = [...prefix, node, bin, '--dir', dir, '--port', '0', ...options];
  const [program = process.execPath, ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  let output = '';
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });

  async function stop(): Promise<number | null> {
    if (child.exitCode === null) child.kill('SIGTERM');
    return exited;
  }
  onTestFinished(async () => {
    await stop();
  });

  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      output += `${line}\n`;
      const found = /listening on (\S+), read-only/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    void exited.then((code) =>
      reject(new Error(`The exporter ended with ${code} before it listened: ${errors}`)),
    );
  });

  return {
    url,
    child,
    output: () => output,
    errors: () => errors,
    async scrape(headers = {}) {
      const response = await fetch(url, { headers });
      if (response.status !== 200) throw new Error(`The scrape was answered with ${response.status}.`);
      return response.text();
    },
    stop,
  };
}
