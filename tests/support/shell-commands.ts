import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';

import { onTestFinished } from 'vitest';

/** How commands ended, and all that they printed. */
export interface RanCommands {
  readonly code: number | null;
  readonly output: string;
}

/** The blocks of shell commands in a Markdown file. */
export function shellBlocks(file: string): string[] {
  return Array.from(
    readFileSync(file, 'utf8').matchAll(/```sh\n(.*?)```/gs),
    ([, commands = '']) => commands,
  );
}

/**
 * Says whether a program runs here, so that a test may be skipped, by name, where it does not.
 *
 * @throws Error instead of saying no where `TEST_TOOLS_REQUIRED` is 1.
 */
export function hasProgram(program: string): boolean {
  const isThere = spawnSync(program, ['--version']).status === 0;
  if (!isThere && process.env['TEST_TOOLS_REQUIRED'] === '1') {
    throw new Error(`TEST_TOOLS_REQUIRED is 1, and ${program} is not here.`);
  }
  return isThere;
}

/** A port that was free a moment ago, for programs that must be told one. */
export async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}

/** Runs shell commands, up to the first that fails, and ends what they have left running. */
export async function runCommands(
  commands: string,
  options: { readonly folder: string; readonly env?: NodeJS.ProcessEnv },
): Promise<RanCommands> {
  // A process group of its own, so that all of it can be ended.
  const shell = spawn('bash', ['-ec', commands], {
    cwd: options.folder,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const end = (signal: NodeJS.Signals): void => {
    try {
      if (shell.pid !== undefined) process.kill(-shell.pid, signal);
    } catch {
      // Nobody is left.
    }
  };
  onTestFinished(() => end('SIGKILL'));
  let output = '';
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const closed = once(shell, 'close');
  const [code] = (await once(shell, 'exit')) as [number | null];
  end('SIGTERM');
  await closed;
  return { code, output };
}
