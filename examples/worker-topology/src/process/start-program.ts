import { fork } from 'node:child_process';
import { once } from 'node:events';

import { isProgramMessage, type ProgramEnd, type ReadyDetails, type TopologyEvent } from './messages.js';

/** A process that was forked, said that it is ready, and may have ended since. */
export interface Program {
  readonly pid: number;
  readonly details: ReadyDetails;
  readonly ended: Promise<ProgramEnd>;
  /** SIGTERM; SIGKILL if that has no effect in time. Settles when the process is gone. */
  stop(): Promise<void>;
  /** SIGKILL: what an out-of-memory killer does. */
  kill(): void;
}

export interface ProgramOptions {
  /** The built entry file. */
  readonly file: URL;
  readonly env: NodeJS.ProcessEnv;
  /** Options of Node.js for the process; none by default. */
  readonly execArgv?: readonly string[];
  readonly onEvent?: (event: TopologyEvent) => void;
}

/** A process ended before it was ready; what it had to say is on stderr. */
export class ProgramStartError extends Error {
  override readonly name = 'ProgramStartError';
  readonly code = 'PROGRAM_START_FAILED';
  readonly end: ProgramEnd;

  constructor(file: URL, end: ProgramEnd) {
    const how = end.kind === 'killed' ? `killed by ${end.signal}` : `exit code ${end.code}`;
    super(`${file.pathname} ended before it was ready (${how}); see what it printed above.`);
    this.end = end;
  }
}

const STOP_DEADLINE_MS = 10_000;

/**
 * Forks a process of the topology and waits until it is ready.
 *
 * @throws {@link ProgramStartError} if it ends before that.
 */
export async function startProgram({ file, env, execArgv = [], onEvent }: ProgramOptions): Promise<Program> {
  const child = fork(file, { env, execArgv: [...execArgv], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });

  const ended = new Promise<ProgramEnd>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(signal === null ? { kind: 'exited', code: code ?? 1 } : { kind: 'killed', signal });
    });
  });

  const ready = new Promise<ReadyDetails>((resolve) => {
    child.on('message', (message) => {
      if (!isProgramMessage(message)) return;
      if (message.type === 'ready') resolve(message.details);
      else onEvent?.(message.event);
    });
  });

  const first = await Promise.race([
    ready,
    ended,
    once(child, 'error').then(([error]) => Promise.reject(error)),
  ]);
  if ('kind' in first) throw new ProgramStartError(file, first);

  return {
    pid: child.pid!,
    details: first,
    ended,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
      await ended;
      clearTimeout(timer);
    },
    kill() {
      child.kill('SIGKILL');
    },
  };
}
