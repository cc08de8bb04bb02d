import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { toolPath } from './tools.js';

/** A server on loopback that can be stopped, killed and started again: its port and its data stay the same. */
export interface BrokerServer {
  /** What a client connects to. */
  readonly url: string;
  /** Resolves when it answers. */
  start(): Promise<void>;
  /** Ends it as an operator would, and waits for its end. */
  stop(): Promise<void>;
  /** SIGKILL; waits for its end. */
  kill(): Promise<void>;
  /** SIGSTOP to every process of it: connections stay open and nothing answers. */
  freeze(): void;
  thaw(): void;
  /** Ends it and removes its data; to be called once, whatever happened before. */
  remove(): Promise<void>;
}

/** A PostgreSQL whose user is `postgres`, without a password, and whose database is `postgres`; not yet started. */
export async function createPostgres(): Promise<BrokerServer> {
  const program = realpathSync(whereIs(toolPath('postgres')));
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'promshard-postgres-'));
  // It refuses to run as root.
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
  chmodSync(folder, 0o700);
  const data = join(folder, 'data');
  const made = spawnSync(
    join(dirname(program), 'initdb'),
    [
      '--pgdata',
      data,
      '--auth',
      'trust',
      '--username',
      'postgres',
      '--no-locale',
      '--encoding',
      'UTF8',
      '--no-sync',
    ],
    { ...user, cwd: folder, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const port = await freePort();
  const settings = { listen_addresses: '127.0.0.1', port, unix_socket_directories: '', fsync: 'off' };
  const args = [
    '-D',
    data,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  return server(`postgres://postgres@127.0.0.1:${port}/postgres`, folder, {
    run: () => spawn(program, args, { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] }),
    answers: () =>
      spawnSync(join(dirname(program), 'pg_isready'), ['-h', '127.0.0.1', '-p', `${port}`]).status === 0,
    // A fast shutdown: connections are ended, not waited for.
    stopSignal: 'SIGINT',
  });
}

/** A Redis without a password that keeps its data in an append-only file; not yet started. */
export async function createRedis(): Promise<BrokerServer> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'promshard-redis-'));
  mkdirSync(join(folder, 'data'));
  const port = await freePort();
  const settings = { bind: '127.0.0.1', port, dir: join(folder, 'data'), save: '', appendonly: 'yes' };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  return server(`redis://127.0.0.1:${port}`, folder, {
    run: () => spawn(toolPath('redis'), args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] }),
    answers: () => pings(port),
    stopSignal: 'SIGTERM',
  });
}

interface Program {
  readonly run: () => ChildProcess;
  readonly answers: () => boolean | Promise<boolean>;
  readonly stopSignal: NodeJS.Signals;
}

function server(url: string, folder: string, { run, answers, stopSignal }: Program): BrokerServer {
  let child: ChildProcess | undefined;

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child;
    child = undefined;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const exited = once(ending, 'exit');
    const children = childrenOf(ending);
    signalAll(ending, 'SIGCONT');
    ending.kill(signal);
    await exited;
    // What a killed PostgreSQL leaves behind ends by itself; until then it cannot be started again.
    for (let tries = 0; areAlive(children) && tries < 200; tries += 1) await sleep(50);
  }

  return {
    url,
    async start() {
      if (child !== undefined) throw new Error(`${url} is running already`);
      const starting = run();
      child = starting;
      let errors = '';
      starting.stderr
        ?.setEncoding('utf8')
        .on('data', (text: string) => (errors = (errors + text).slice(-4000)));
      const deadline = Date.now() + 60_000;
      while (!(await answers())) {
        if (starting.exitCode !== null || Date.now() > deadline)
          throw new Error(`${url} does not start: ${errors}`);
        await sleep(50);
      }
    },
    stop: () => end(stopSignal),
    kill: () => end('SIGKILL'),
    freeze: () => child !== undefined && signalAll(child, 'SIGSTOP'),
    thaw: () => child !== undefined && signalAll(child, 'SIGCONT'),
    async remove() {
      await end('SIGKILL');
      // What was begun since may still write.
      for (let tries = 0; existsSync(folder) && tries < 50; tries += 1) {
        try {
          rmSync(folder, { recursive: true, force: true });
        } catch {
          await sleep(100);
        }
      }
    },
  };
}

/** Signals a program and its children: a connection of PostgreSQL has a process of its own. */
function signalAll(child: ChildProcess, signal: NodeJS.Signals): void {
  const { pid } = child;
  if (pid === undefined) return;
  for (const each of [pid, ...childrenOf(child)]) {
    try {
      process.kill(each, signal);
    } catch {
      // It has ended since.
    }
  }
}

function childrenOf({ pid }: ChildProcess): readonly number[] {
  if (pid === undefined) return [];
  return ps('pid=', '--ppid', `${pid}`).map(Number);
}

/** A zombie is not: it holds nothing any more. */
function areAlive(pids: readonly number[]): boolean {
  return pids.length > 0 && ps('stat=', '-p', pids.join(',')).some((state) => !state.startsWith('Z'));
}

function ps(column: string, ...args: readonly string[]): readonly string[] {
  return spawnSync('ps', ['-o', column, ...args], { encoding: 'utf8' })
    .stdout.split(/\s+/)
    .filter(Boolean);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}

async function pings(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString().startsWith('+PONG'));
    });
    socket.once('error', () => resolve(false));
  });
}

function whereIs(program: string): string {
  if (program.includes('/')) return program;
  const folder = (process.env['PATH'] ?? '').split(':').find((each) => existsSync(join(each, program)));
  if (folder === undefined) throw new Error(`${program} is not on the PATH`);
  return join(folder, program);
}
