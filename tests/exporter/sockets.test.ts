import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { encodeShard } from '@promshard/shard-format';
import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { startExporterProcess } from '../support/exporter-process.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const BIN = fileURLToPath(new URL('../../packages/exporter/dist/bin.js', import.meta.url));

function shardDirectory(): string {
  const dir = join(temporaryDirectory(), 'shards');
  mkdirSync(dir);
  const key = { family: 'jobs', sample: 'jobs_total', labels: {}, help: 'Jobs.' };
  writeFileSync(join(dir, 'counter_1.db'), encodeShard([{ key, value: 7 }]));
  return dir;
}

async function scrapeSocket(socketPath: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path: '/metrics', agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => resolve(text));
    })
      .once('error', reject)
      .end();
  });
}

describe.skipIf(process.platform === 'win32')('a Unix socket (skipped on Windows)', () => {
  test('is served read-only, has its mode from the first moment, and is gone at the end', async () => {
    const socket = join(temporaryDirectory(), 'exporter.sock');
    const exporter = await startExporterProcess(
      shardDirectory(),
      [],
      ['--host', `unix:${socket}`, '--socket-mode', '0600'],
    );
    expect(exporter.url).toBe(`unix:${socket}`);
    expect(exporter.output()).toContain("read-only under Node's permission model");
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    expect(await scrapeSocket(socket)).toContain('jobs_total 7');
    expect(await exporter.stop()).toBe(0);
    expect(existsSync(socket)).toBe(false);
  });

  test('is gone too when the process that was started is killed', async () => {
    const socket = join(temporaryDirectory(), 'exporter.sock');
    const exporter = await startExporterProcess(shardDirectory(), [], ['--host', `unix:${socket}`]);
    exporter.child.kill('SIGKILL');
    await vi.waitUntil(() => !existsSync(socket), 20_000);
  });

  test('that another listens on, that nobody listens on, or that is none, is left alone and named', async () => {
    const root = temporaryDirectory();
    const socket = join(root, 'exporter.sock');
    const dir = shardDirectory();
    const options = ['--host', `unix:${socket}`];
    const first = await startExporterProcess(dir, [], options);
    await expect(startExporterProcess(dir, [], options)).rejects.toThrow(
      /EADDRINUSE.*Another process listens/s,
    );
    expect(await first.stop()).toBe(0);

    // A process that is killed leaves its socket.
    const leaver = spawn(process.execPath, [
      '-e',
      `require('node:net').createServer().listen(${JSON.stringify(socket)}, () => process.kill(process.pid, 'SIGKILL'))`,
    ]);
    await once(leaver, 'exit');
    await expect(startExporterProcess(dir, [], options)).rejects.toThrow(
      /Nobody listens there.*deletes no file/s,
    );
    expect(existsSync(socket)).toBe(true);

    const file = join(root, 'file');
    writeFileSync(file, 'precious');
    await expect(startExporterProcess(dir, [], ['--host', `unix:${file}`])).rejects.toThrow(/is no socket/);
    await expect(
      startExporterProcess(dir, [], ['--host', `unix:${join(root, 'none', 'x.sock')}`]),
    ).rejects.toThrow(/folder has to exist/);
  });

  test('within the shard directory is refused, by whatever way it is named', async () => {
    const dir = shardDirectory();
    mkdirSync(join(dir, 'below'));
    chmodSync(join(dir, 'below'), 0o700);
    for (const name of ['x.sock', 'below/x.sock', '../shards/x.sock']) {
      await expect(startExporterProcess(dir, [], ['--host', `unix:${dir}/${name}`])).rejects.toThrow(
        /ended with 78.*within the shard directory/s,
      );
    }
  });
});

/** Opens a listening socket whose connections are left to whoever inherits it. */
async function openListener(): Promise<Server> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** Starts the exporter as systemd does: descriptors from 3 on, named for its own process id. */
function activate(dir: string, listeners: readonly Server[], count = String(listeners.length)): ChildProcess {
  const fds = listeners.map((server) => (server as unknown as { _handle: { fd: number } })._handle.fd);
  const child = spawn(
    '/bin/sh',
    ['-c', 'LISTEN_PID=$$ exec "$@"', 'sh', process.execPath, BIN, '--dir', dir, '--web.systemd-socket'],
    {
      stdio: ['ignore', 'pipe', 'pipe', ...fds],
      env: { ...process.env, LISTEN_FDS: count },
    },
  );
  // As systemd may: the descriptors are the exporter's now.
  for (const server of listeners) server.close();
  onTestFinished(async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  return child;
}

async function outputOf(child: ChildProcess): Promise<string> {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += String(chunk)));
  await once(child, 'close');
  return text;
}

describe.skipIf(process.platform === 'win32')('sockets of systemd (skipped on Windows)', () => {
  test('are served read-only, all of them', async () => {
    const listeners = [await openListener(), await openListener()];
    const ports = listeners.map((server) => (server.address() as AddressInfo).port);
    const child = activate(shardDirectory(), listeners);
    const output = outputOf(child);
    for (const port of ports) {
      const response = await fetch(`http://127.0.0.1:${port}/metrics`);
      expect(await response.text()).toContain('jobs_total 7');
    }
    child.kill('SIGTERM');
    const lines = (await output).trim().split('\n');
    expect(lines).toEqual(
      ports.map(
        (port) =>
          `promshard-exporter: listening on http://127.0.0.1:${port}/metrics, read-only under Node's permission model`,
      ),
    );
    expect(child.exitCode).toBe(0);
  });

  test('that were not passed are a wrong configuration', async () => {
    for (const count of ['0', '1000', 'x']) {
      const child = activate(shardDirectory(), [], count);
      expect(await outputOf(child)).toContain('PROMSHARD_SYSTEMD_SOCKET is true, but no socket was passed');
      expect(child.exitCode).toBe(78);
    }
  });
});
