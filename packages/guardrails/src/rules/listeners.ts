/** The members of Node's modules with which a process comes to listen for connections. */
const LISTENERS: Readonly<Record<string, readonly string[]>> = {
  net: ['createServer', 'Server'],
  http: ['createServer', 'Server'],
  https: ['createServer', 'Server'],
  http2: ['createServer', 'createSecureServer'],
  tls: ['createServer', 'Server'],
  inspector: ['open'],
  'inspector/promises': ['open'],
  quic: ['listen'],
  _http_server: ['Server'],
};

/** Whether a module of Node can make a process listen. */
export function canListen(builtin: string): boolean {
  return Object.hasOwn(LISTENERS, builtin);
}

/** The member of a listening module that a use takes: `createServer` of `default.createServer`; undefined if harmless. */
export function listenerIn(builtin: string, path: string): string | undefined {
  const member = path.replace(/^default(?:\.|$)/, '').split('.')[0];
  return member !== undefined && LISTENERS[builtin]?.includes(member) === true ? member : undefined;
}

/** Whether a use is of a module as a whole: `http` and `http.default`. */
export function isWhole(path: string): boolean {
  return path === '' || path === 'default';
}

/** Which names of a package are servers; `any` where taking the package at all means one. */
export type ServerNames = 'any' | readonly string[];

/** Packages that listen by what they are. */
const SERVERS: readonly string[] = [
  '@apollo/server',
  '@hapi/hapi',
  '@hono/node-server',
  '@nestjs/platform-express',
  '@nestjs/platform-fastify',
  '@nestjs/platform-socket.io',
  '@nestjs/platform-ws',
  '@opentelemetry/exporter-prometheus',
  '@trpc/server/adapters/standalone',
  'apollo-server',
  'connect',
  'engine.io',
  'express',
  'fastify',
  'ftp-srv',
  'http-proxy',
  'hyper-express',
  'json-server',
  'koa',
  'micro',
  'next',
  'polka',
  'restify',
  'smtp-server',
  'sockjs',
  'socket.io',
  'srvx',
  'uWebSockets.js',
  'webpack-dev-server',
];

/**
 * Packages that are clients and servers: only these names of theirs listen. They are judged by what is taken from them, not by
 * what is in them, since a client's file often loads the server's.
 */
const CLIENTS_WITH_SERVERS: Readonly<Record<string, readonly string[]>> = {
  '@grpc/grpc-js': ['Server'],
  mysql2: ['createServer'],
  'mysql2/promise': ['createServer'],
  'rpc-websockets': ['Server'],
  ssh2: ['Server'],
  ws: ['Server', 'WebSocketServer'],
};

/**
 * Clients that hand `node:http` or `node:net` around as a whole, which alone would be a warning. Their code was read: they take
 * `request`, `get`, `connect`, `Agent` and constants of it.
 */
const READ_CLIENTS: ReadonlySet<string> = new Set(['axios', 'follow-redirects']);

/** Whether a package is known to make no server of the modules that it hands around. */
export function isReadClient(packageName: string | undefined): boolean {
  return packageName !== undefined && READ_CLIENTS.has(packageName);
}

/** What is known of a package by its name or by a path in it; undefined for packages that have to be looked into. */
export function knownServer(
  specifier: string,
  packageName: string | undefined,
  added: Readonly<Record<string, ServerNames>>,
): ServerNames | undefined {
  for (const name of [specifier, packageName]) {
    if (name === undefined) continue;
    if (Object.hasOwn(added, name)) return added[name];
    if (SERVERS.includes(name)) return 'any';
  }
  return Object.hasOwn(CLIENTS_WITH_SERVERS, specifier) ? CLIENTS_WITH_SERVERS[specifier] : undefined;
}
