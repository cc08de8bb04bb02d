import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { type Container, enterScript, insideArgs } from './container.js';

/** A container that runs. */
export interface RunningContainer {
  readonly container: Container;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** What it printed so far. */
  output(): string;
  /** Runs a command in it, as its user; the exit code and what was printed. */
  exec(command: readonly string[]): { readonly status: number | null; readonly output: string };
  /** The PIDs, as this process sees them, of its processes whose command line has a part. */
  pids(part: string): readonly number[];
  /** SIGKILL to all of it. */
  kill(): Promise<void>;
}

/**
 * What stands in for a machine with a container engine: a network and a table of mounts of its own, which end with it. Containers
 * share its network, so that each is reached by the others under 127.0.0.1.
 */
export interface Machine {
  start(container: Container): RunningContainer;
  /** Makes a volume by its file system's type and options, or a plain directory of a user; its path for a mount. */
  volume(name: string, kind: { readonly tmpfs: string } | { readonly owner: string }): string;
  /** The body that a URL is answered with, inside; undefined unless the answer is a 2xx. */
  get(url: string): string | undefined;
  /** Runs a program of this machine on the network inside. */
  run(program: string, args: readonly string[]): { readonly status: number | null; readonly stdout: string };
  /** Kills every container, and removes what it made. */
  remove(): Promise<void>;
}

/** Says whether this process may make namespaces and mounts. */
export function canMakeMachines(): boolean {
  const script =
    'ip link set lo up && mount -t tmpfs tmpfs /mnt && setpriv --reuid 65534 --clear-groups true';
  return spawnSync('unshare', ['--mount', '--net', '--pid', '--fork', 'sh', '-c', script]).status === 0;
}

/** Makes an empty machine. */
export async function createMachine(): Promise<Machine> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'promshard-machine-')));
  const script = `ip link set lo up && mount -t tmpfs -o mode=0755 tmpfs ${folder} && echo ready && exec cat`;
  // Ends with this process, since nothing else holds its input.
  const holder = spawn('unshare', ['--mount', '--net', '--propagation', 'private', 'sh', '-c', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  const enter = ['--mount', '--net', '--target', `${holder.pid}`, '--'];
  const running: RunningContainer[] = [];

  function inside(program: string, args: readonly string[]): void {
    const { status, stderr } = spawnSync('nsenter', [...enter, program, ...args], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
  }

  const run: Machine['run'] = (program, args) =>
    spawnSync('nsenter', ['--net', '--target', `${holder.pid}`, '--', program, ...args], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });

  return {
    start(container) {
      const root = join(folder, 'roots', `${running.length}-${container.name}`);
      inside('mkdir', ['-p', root]);
      const itsOwn = ['unshare', '--mount', '--propagation', 'private', '--pid', '--fork'];
      const args = [
        '--pdeathsig',
        'KILL',
        'nsenter',
        ...enter,
        ...itsOwn,
        'sh',
        '-euc',
        enterScript(container, root),
      ];
      const child = spawn('setpriv', args, { stdio: ['ignore', 'pipe', 'pipe'] });
      const started = runningContainer(container, child);
      running.push(started);
      return started;
    },
    volume(name, kind) {
      const path = join(folder, 'volumes', name);
      inside('mkdir', ['-p', path]);
      if ('tmpfs' in kind) inside('mount', ['-t', 'tmpfs', '-o', kind.tmpfs, 'tmpfs', path]);
      else inside('chown', [kind.owner, path]);
      return path;
    },
    get(url) {
      const { status, stdout } = run('curl', ['--silent', '--fail', '--max-time', '10', url]);
      return status === 0 ? stdout : undefined;
    },
    run,
    async remove() {
      await Promise.all(running.map((each) => each.kill()));
      const exited = once(holder, 'exit');
      holder.stdin.end();
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function runningContainer(container: Container, child: ChildProcess): RunningContainer {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-20_000)));
  }
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  const descendants = (parent: number): readonly { pid: number; args: string }[] => {
    const { stdout } = spawnSync('ps', ['-o', 'pid=,args=', '--ppid', `${parent}`], { encoding: 'utf8' });
    return [...stdout.matchAll(/^ *(\d+) (.*)$/gm)].flatMap(([, pid, args = '']) => [
      { pid: Number(pid), args },
      ...descendants(Number(pid)),
    ]);
  };
  return {
    container,
    ended,
    output: () => output,
    exec(command) {
      const [first] = descendants(child.pid!);
      if (first === undefined) return { status: null, output: `${container.name} has ended: ${output}` };
      const namespaces = ['--mount', '--pid', '--net', '--root', '--wd', '--target', `${first.pid}`, '--'];
      const { status, stdout, stderr } = spawnSync(
        'nsenter',
        [...namespaces, ...insideArgs(container, command)],
        { encoding: 'utf8' },
      );
      return { status, output: stdout + stderr };
    },
    pids: (part) =>
      descendants(child.pid!)
        .filter(({ args }) => args.includes(part))
        .map(({ pid }) => pid),
    async kill() {
      // With a PID namespace's first process, all of it ends.
      const [first] = descendants(child.pid!);
      try {
        process.kill(first?.pid ?? child.pid!, 'SIGKILL');
      } catch {
        // It has ended since.
      }
      await ended;
    },
  };
}

/** Asks again and again until something is so. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 45_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`Not so within 45 seconds: ${what}`);
    await sleep(200);
  }
}
