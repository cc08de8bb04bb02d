import { fixture, startProgram } from './processes.js';
import type { PruneReport } from '../src/prune-report.js';
import type { PruneOptions } from '../src/prune.js';

/** A writer's kind: with both backends, and without the addon, hence without a lock. */
export type WriterKind = 'mmap' | 'pwrite' | 'unlocked';

/** The command that runs `@promshard/writer` over a directory. */
export function writerCommand(kind: WriterKind, dir: string, ...rest: readonly string[]): string[] {
  const flags = kind === 'unlocked' ? ['--no-addons'] : [];
  const backend = kind === 'mmap' ? 'mmap' : 'pwrite';
  return [process.execPath, ...flags, fixture('counting-writer'), dir, backend, ...rest];
}

/** A writer in a {@link Container}. */
export interface ContainedWriter {
  readonly id: string;
  readonly pid: number;
  count(amount: number): Promise<unknown>;
  ask(line: string): Promise<unknown>;
  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<unknown>;
}

/** A PID namespace of its own, with one process in it that does as it is told. */
export interface Container {
  /** Starts a process under a PID of this choice, in the namespace. */
  start(pid: number, command: readonly string[]): Promise<ContainedWriter>;
  prune(options: Pick<PruneOptions, 'dir'> & Partial<PruneOptions>): Promise<PruneReport>;
  /** Prunes in it, and starts a process under a PID just before a step of that; undefined where there is no such step. */
  pruneAround(
    dir: string,
    step: number,
    pid: number,
    kind: WriterKind,
  ): Promise<{ report: PruneReport; writer: ContainedWriter | undefined }>;
}

/** Makes a PID namespace; everything in it ends with the running test. */
export async function startContainer(): Promise<Container> {
  const elsewhere = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const { ask, line } = startProgram([...elsewhere, process.execPath, fixture('container')]);
  if ((await line()) !== '1') throw new Error('the container is not the first process of its namespace');
  const order = async (what: object): Promise<unknown> => JSON.parse(await ask(JSON.stringify(what)));
  const writerOf = (pid: number, started: Started): ContainedWriter => {
    if (started.pid !== pid) throw new Error(`PID ${pid} was asked for, and ${started.pid} was had`);
    const tell = (text: string): Promise<unknown> => order({ order: 'ask', pid, line: text });
    return {
      id: started.line,
      pid,
      ask: tell,
      count: (amount) => tell(`count ${amount}`),
      signal: (signal) => order({ order: 'signal', pid, signal }),
    };
  };
  return {
    start: async (pid, command) => writerOf(pid, (await order({ order: 'start', pid, command })) as Started),
    prune: async (options) => (await order({ order: 'prune', ...options })) as PruneReport,
    pruneAround: async (dir, step, pid, kind) => {
      const command = writerCommand(kind, dir);
      const native = kind === 'unlocked' ? false : undefined;
      const what = { order: 'pruneAround', dir, step, pid, command, native };
      const { report, started } = (await order(what)) as { report: PruneReport; started?: Started };
      return { report, writer: started && writerOf(pid, started) };
    },
  };
}

/** What the container says of a process that it started. */
interface Started {
  readonly pid: number;
  readonly line: string;
}
