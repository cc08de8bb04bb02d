import { lstatSync } from 'node:fs';
import { connect, createServer, type ListenOptions, type Server, type Socket } from 'node:net';

import { ExporterError } from './exporter-error.js';

/** Where to listen. */
export type ListenTarget =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | {
      readonly kind: 'unix';
      readonly path: string;
      /** Permissions of the socket, which are those of connecting. */
      readonly mode: number;
    }
  /** A socket that another process has opened, such as systemd. */
  | { readonly kind: 'descriptor'; readonly fd: number };

/** A place where connections arrive. */
export interface Listener {
  /** `http://127.0.0.1:9108/metrics`, `unix:/run/x.sock`. */
  readonly url: string;
  readonly isUnix: boolean;
  /** Stops taking connections; those that there are stay. A Unix socket that was opened here goes. */
  close(): void;
}

/**
 * Listens in one place.
 *
 * @throws {@link ExporterError} `LISTEN_FAILED`
 */
export async function listen(
  target: ListenTarget,
  scheme: 'http' | 'https',
  onConnection: (socket: Socket) => void,
): Promise<Listener> {
  // Clients may end their half first; the HTTP server expects that. Answers are whole, so they go out at once.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, onConnection);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      withMode(target, () => server.listen(listenOptions(target), resolve));
    });
  } catch (error) {
    throw await listenFailed(target, error as NodeJS.ErrnoException);
  }
  // Past this, running out of descriptors ends one connection and not the exporter.
  server.on('error', () => {});
  const { url, isUnix } = describe(server, target, scheme);
  return { url, isUnix, close: () => server.close() };
}

function listenOptions(target: ListenTarget): ListenOptions & { fd?: number } {
  switch (target.kind) {
    case 'tcp':
      return { host: target.host, port: target.port };
    case 'unix':
      return { path: target.path };
    case 'descriptor':
      return { fd: target.fd };
  }
}

/** The socket gets its mode as it is made: there is no moment at which others could connect. */
function withMode(target: ListenTarget, listenNow: () => void): void {
  if (target.kind !== 'unix') {
    listenNow();
    return;
  }
  const before = process.umask(0o777 & ~target.mode);
  try {
    listenNow();
  } finally {
    process.umask(before);
  }
}

function describe(
  server: Server,
  target: ListenTarget,
  scheme: 'http' | 'https',
): { readonly url: string; readonly isUnix: boolean } {
  const address = server.address();
  if (typeof address !== 'object' || address === null) {
    const path = target.kind === 'unix' ? target.path : (address ?? '');
    return { url: `unix:${path}`, isUnix: true };
  }
  const host = target.kind === 'tcp' ? target.host : address.address;
  return {
    url: `${scheme}://${host.includes(':') ? `[${host}]` : host}:${address.port}/metrics`,
    isUnix: false,
  };
}

async function listenFailed(target: ListenTarget, cause: NodeJS.ErrnoException): Promise<ExporterError> {
  const why = cause.code ?? cause.message;
  const message = `Cannot listen on ${nameOf(target)}: ${why}. ${await advice(target, why)}`;
  return new ExporterError('LISTEN_FAILED', message, { cause });
}

function nameOf(target: ListenTarget): string {
  switch (target.kind) {
    case 'tcp':
      return `${target.host} port ${target.port}`;
    case 'unix':
      return `the Unix socket ${JSON.stringify(target.path)}`;
    case 'descriptor':
      return `descriptor ${target.fd}`;
  }
}

async function advice(target: ListenTarget, why: string): Promise<string> {
  switch (target.kind) {
    case 'tcp':
      return 'Choose another with WORKER_METRICS_EXPORTER_HOST and WORKER_METRICS_EXPORTER_PORT.';
    case 'unix':
      if (why !== 'EADDRINUSE') return 'Its folder has to exist, and this process has to be let into it.';
      return (await isStale(target.path))
        ? 'Nobody listens there: an exporter that was killed has left it. The exporter deletes no file, so remove it before the start (ExecStartPre=-/bin/rm -f), or let systemd own the socket.'
        : 'Another process listens there, or what has that name is no socket.';
    case 'descriptor':
      return 'It has to be a stream socket that systemd or another parent listens on (Accept=no).';
  }
}

/** Whether it is a socket, and one that has no listener any more. */
async function isStale(path: string): Promise<boolean> {
  // Connecting to a plain file is refused in the same words.
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() !== true) return false;
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(false);
    });
    probe.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'ECONNREFUSED'));
  });
}
