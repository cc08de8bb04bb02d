import { spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';

import { answerVerifications, verifyHere, verifyThrough } from './password-verifier.js';
import type { ExporterSurroundings } from './start-exporter.js';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** The name under which the read-only process is started, in place of `node`: so it knows that its parent is this program. */
const ARGV0 = 'promshard-exporter';

/** Says whether this process runs under Node's permission model and may not write to any file. */
export function isReadOnly(): boolean {
  return process.permission !== undefined && !process.permission.has('fs.write');
}

/**
 * Node's flags for a process that may read files and listen, and nothing else: no writing, no child processes, no
 * worker threads, no addons but where it was asked for (https://nodejs.org/api/permissions.html). Node 20 and 22.0–22.12 call the model
 * experimental; the newest ask for `--allow-net` too.
 *
 * The last of the optional ones close what the model leaves open in some of those versions: SQLite opens files by itself (22 to
 * 26), trace events are written to the working directory (20), and so are snapshots of a heap that is about to be full (20, 22).
 * In all of them V8 would write about what it compiles wherever its flags say: they cannot be changed any more.
 */
export function readOnlyFlags(
  allowAddons: boolean,
  known: ReadonlySet<string> = process.allowedNodeEnvironmentFlags,
): readonly string[] {
  const optional = [
    '--allow-net',
    '--no-experimental-sqlite',
    '--trace-event-file-pattern=/dev/null',
    // No folder: nothing can be made in it.
    '--diagnostic-dir=/dev/null',
  ];
  return [
    known.has('--permission') ? '--permission' : '--experimental-permission',
    '--allow-fs-read=*',
    ...(allowAddons ? ['--allow-addons'] : []),
    '--disable-warning=ExperimentalWarning',
    ...optional.filter((flag) => known.has(flag.split('=', 1)[0] ?? '')),
    ...(knowsFlag(FROZEN_FLAGS) ? [FROZEN_FLAGS] : []),
  ];
}

/** Of V8, which lists its flags nowhere: whoever sets one of them afterwards ends the process. */
const FROZEN_FLAGS = '--freeze-flags-after-init';

function knowsFlag(flag: string): boolean {
  return spawnSync(process.execPath, [flag, '--version']).status === 0;
}

/** What a read-only process is given beyond the right to read. */
export interface ReadOnlyGrants {
  /** Whether it may load addons, whose code the permission model does not hold. */
  readonly allowAddons: boolean;
  /** Descriptors that it gets under the same numbers, from 3 on: sockets that systemd has passed. */
  readonly fds: readonly number[];
}

/**
 * Runs a script anew as a read-only process and resolves to its exit code. Passes signals on, and compares passwords for the
 * child; the child ends by itself, through {@link endWithParent}, should this process be killed.
 */
export async function runReadOnly(
  script: string,
  args: readonly string[],
  { allowAddons, fds }: ReadOnlyGrants,
): Promise<number> {
  const child = spawn(process.execPath, [...readOnlyFlags(allowAddons), script, ...args], {
    argv0: ARGV0,
    stdio: ['inherit', 'inherit', 'inherit', ...fds, 'ipc'],
  });
  answerVerifications(child);
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  });
}

/** What this process may rely on: its parent's help, if that is this program too. */
export function surroundings(): ExporterSurroundings {
  if (process.argv0 !== ARGV0 || process.channel === undefined) return { verifyPassword: verifyHere };
  return { verifyPassword: verifyThrough(process), launcherPid: process.ppid };
}

/** Calls `stop` once the process that started this one is gone. */
export function endWithParent(stop: () => void): void {
  if (process.channel === undefined) return;
  process.once('disconnect', stop);
  // The channel alone must not keep this process alive once it has closed its server.
  process.channel.unref();
}
