import { describe, expect, test } from 'vitest';

import { type FixtureFiles, findIn } from './fixture-project.js';

const RULE = { workers: { entries: ['src/worker.*'] } };

describe('a listener behind three packages and a re-export', () => {
  const project = (member: string): FixtureFiles => ({
    'src/worker.ts': `import { runQueue } from './queue.js';\nrunQueue();\n`,
    'src/queue.ts': `import { consume } from '@acme/jobs';\nexport const runQueue = (): void => consume();\n`,
    'node_modules/@acme/jobs/package.json': `{ "name": "@acme/jobs", "exports": "./lib/main.js", "type": "module" }`,
    'node_modules/@acme/jobs/lib/main.js': `export { consume } from './consume.js';\nexport * from '@acme/status';\n`,
    'node_modules/@acme/jobs/lib/consume.js': `export const consume = () => undefined;\n`,
    'node_modules/@acme/status/package.json': `{ "name": "@acme/status", "main": "status.cjs" }`,
    'node_modules/@acme/status/status.cjs': `const page = require('status-page');\nexports.status = () => page.open();\n`,
    'node_modules/status-page/index.js': `\nconst http = require('http');\nexports.open = () => http.${member};\n`,
  });

  test('is found with file, line and chain', async () => {
    expect(await findIn(project('createServer(() => {}).listen(80)'), RULE)).toEqual([
      'error worker-no-listen/listens src/queue.ts:1:1',
      `  src/worker.ts:1:1 imports './queue.js'`,
      `  src/queue.ts:1:1 imports '@acme/jobs'`,
      `  node_modules/@acme/jobs/lib/main.js:2:1 re-exports '@acme/status'`,
      `  node_modules/@acme/status/status.cjs:1:14 requires 'status-page'`,
      `  node_modules/status-page/index.js:3:22 takes createServer of node:http`,
    ]);
  });

  test('is not found in the twin that only asks', async () => {
    expect(await findIn(project(`get('http://127.0.0.1')`), RULE)).toEqual([]);
  });
});

describe('a listener that is handed on', () => {
  const project = (shim: string, call: string): FixtureFiles => ({
    'src/worker.js': `import { net } from './shim.js';\n${call};\n`,
    'src/shim.js': shim,
  });

  test.each([
    `export * as net from 'node:net';`,
    `import net from 'node:net';\nexport { net };`,
    `export { default as net } from 'node:net';`,
  ])('by %s is found where it is used', async (shim) => {
    const found = await findIn(project(shim, 'net.createServer()'), RULE);
    expect(found.slice(0, 2)).toEqual([
      'error worker-no-listen/listens src/shim.js:' + (shim.startsWith('import') ? '1:1' : '1:1'),
      `  src/worker.js:2:1 takes createServer of node:net, by way of './shim.js'`,
    ]);
    expect(await findIn(project(shim, 'net.connect(80)'), RULE)).toEqual([]);
  });

  test('through a star is found too', async () => {
    const files = {
      'src/worker.js': `import { createServer } from './a.js';\ncreateServer();\n`,
      'src/a.js': `export * from './b.js';\n`,
      'src/b.js': `export * from 'node:net';\n`,
    };
    expect((await findIn(files, RULE))[0]).toBe('error worker-no-listen/listens src/b.js:1:1');
  });
});

test.each([
  [
    'a dynamic import',
    `const { createServer } = await import('node:net');\ncreateServer();`,
    `await import('node:net').then((net) => net.connect(1));`,
  ],
  [
    'a dynamic import of a file',
    `export const start = () => import('./server.js');`,
    `export const start = () => import('./client.js');`,
  ],
  [
    'a template',
    'export const start = (name) => import(`./tasks/${name}.js`);',
    'export const start = (name) => import(`./other/${name}.js`);',
  ],
  ['require', `require('http').createServer();`, `require('http').request('http://127.0.0.1');`],
  ['require of a file', `require('./server.js');`, `require('./client.js');`],
  [
    'createRequire',
    `import { createRequire } from 'node:module';\ncreateRequire(import.meta.url)('./server.js');`,
    `import { createRequire } from 'node:module';\ncreateRequire(import.meta.url)('./client.js');`,
  ],
  [
    'getBuiltinModule',
    `process.getBuiltinModule('node:tls').createServer();`,
    `process.getBuiltinModule('node:tls').connect(1);`,
  ],
  [
    'a thread',
    `new Worker(new URL('./server.js', import.meta.url));`,
    `new Worker(new URL('./client.js', import.meta.url));`,
  ],
  [
    'https',
    `import https from 'https';\nhttps.createServer();`,
    `import https from 'https';\nhttps.get('https://example.com');`,
  ],
  [
    'http2',
    `import { createSecureServer } from 'node:http2';\ncreateSecureServer();`,
    `import { connect } from 'node:http2';\nconnect('https://example.com');`,
  ],
  [
    'tls',
    `import * as tls from 'tls';\nnew tls.Server();`,
    `import * as tls from 'tls';\nnew tls.TLSSocket();`,
  ],
  [
    'net',
    `import { Server } from 'node:net';\nclass Mine extends Server {}\nnew Mine();`,
    `import { Server, connect } from 'node:net';\nif (connect(1) instanceof Server) process.exit();`,
  ],
  [
    'the inspector',
    `import { open } from 'node:inspector';\nopen();`,
    `import { Session } from 'node:inspector';\nnew Session();`,
  ],
  ['Bun', `Bun.serve({});`, `Bun.file('x');`],
  ['express', `import express from 'express';\nexpress();`, `import type { Express } from 'express';`],
  ['fastify', `const fastify = require('fastify');`, ``],
  ['koa', `import Koa from 'koa';`, ``],
  ['@hono/node-server', `import { serve } from '@hono/node-server';`, `import { Hono } from 'hono';`],
  [
    'ws',
    `import { WebSocketServer } from 'ws';\nnew WebSocketServer();`,
    `import WebSocket from 'ws';\nnew WebSocket('ws://127.0.0.1');`,
  ],
  [
    'ws by its default',
    `import WebSocket from 'ws';\nnew WebSocket.Server();`,
    `import * as ws from 'ws';\nnew ws.WebSocket('ws://127.0.0.1');`,
  ],
  ['a value lost from sight', `const lib = { http: require('http') };\nlib.http.createServer();`, ``],
])('%s is a way to listen, its twin is not', async (_name, listens, clean) => {
  const files = (text: string): FixtureFiles => ({
    [text.includes('import type') ? 'src/worker.ts' : 'src/worker.js']: `${text}\n`,
    'src/server.js': `import http from 'node:http';\nhttp.createServer().listen(80);\n`,
    'src/client.js': `import net from 'node:net';\nexport const socket = () => net.connect(80);\n`,
    'src/tasks/serve.js': `import '../server.js';\n`,
    'src/other/ask.js': `import '../client.js';\n`,
    'node_modules/express/index.js': ``,
    'node_modules/fastify/index.js': ``,
    'node_modules/koa/index.js': ``,
    'node_modules/@hono/node-server/index.js': ``,
    'node_modules/hono/index.js': ``,
    'node_modules/ws/index.js': `require('http').createServer();`,
  });
  const found = await findIn(files(listens), RULE);
  expect(
    found.filter((line) => !line.startsWith(' ')).map((line) => line.split(' ').slice(0, 2).join(' ')),
  ).toEqual(['error worker-no-listen/listens']);
  expect(await findIn(files(clean), RULE)).toEqual([]);
});

test('a module that is passed on whole is a warning, and says that it was lost from sight', async () => {
  expect(await findIn({ 'src/worker.js': `import net from 'node:net';\nwrap(net);\n` }, RULE)).toEqual([
    'warning worker-no-listen/may-listen src/worker.js:2:6',
    '  src/worker.js:2:6 passes the whole of node:net on',
  ]);
});

test('a server that the configuration names is one', async () => {
  const files = {
    'src/worker.js': `import { openConsole, log } from '@acme/kit';\nlog();\nopenConsole();\n`,
    'node_modules/@acme/kit/index.js': `exports.openConsole = native.open;\n`,
  };
  const config = (servers: object): object => ({ workers: { ...RULE.workers, servers } });
  expect(await findIn(files, RULE)).toEqual([]);
  expect((await findIn(files, { ...config({ '@acme/kit': ['openConsole'] }) }))[0]).toBe(
    'error worker-no-listen/listens src/worker.js:3:1',
  );
  expect((await findIn(files, { ...config({ '@acme/kit': 'any' }) }))[0]).toBe(
    'error worker-no-listen/listens src/worker.js:1:1',
  );
});

describe('an allowance', () => {
  const files = {
    'src/worker.js': `import './health.js';\nimport 'express';\n`,
    'src/health.js': `import { createServer } from 'node:http';\ncreateServer();\n`,
    'node_modules/express/index.js': ``,
  };
  const health = { file: 'src/health.*', reason: 'asked by the supervisor only' };
  const express = { package: 'express', reason: 'its router is used alone' };

  test('takes what it names out of the rule', async () => {
    const workers = { ...RULE.workers, allow: [health, express] };
    expect(await findIn(files, { workers })).toEqual([]);
    expect(await findIn(files, { workers: { ...workers, allow: [health] } })).toHaveLength(2);
  });

  test('of nothing is found', async () => {
    const workers = {
      ...RULE.workers,
      allow: [health, express, { package: 'koa', reason: 'no longer used here' }],
    };
    expect(await findIn(files, { workers })).toEqual([
      'warning coverage/unused-allowance promshard-guard.config.json:1:1',
    ]);
  });
});

describe('what cannot be followed is said', () => {
  test.each([
    [`import './gone.js';`, 'error coverage/not-resolved src/worker.js:1:1'],
    [`await import(process.argv[2]);`, 'warning coverage/computed-import src/worker.js:1:7'],
    [`import {`, 'error coverage/not-parsed src/worker.js:1:9'],
  ])('%s', async (text, expected) => {
    expect((await findIn({ 'src/worker.js': text }, RULE))[0]).toBe(expected);
  });

  test('but not inside of installed packages', async () => {
    const files = {
      'src/worker.js': `import 'driver';\n`,
      'node_modules/driver/index.js': `try { require('optional-native'); } catch {}\nrequire(name);\n`,
    };
    expect(await findIn(files, RULE)).toEqual([]);
  });
});

test('paths of tsconfig.json and subpath imports are followed', async () => {
  const files = {
    'tsconfig.json': `{ "compilerOptions": { "paths": { "~/*": ["./src/*"] } } }`,
    'package.json': `{ "name": "app", "imports": { "#server": "./src/server.ts" } }`,
    'src/worker.ts': `import '~/deep/one.js';\n`,
    'src/deep/one.ts': `import '#server';\n`,
    'src/server.ts': `import { createServer } from 'node:net';\ncreateServer();\n`,
  };
  expect(await findIn(files, RULE)).toEqual([
    'error worker-no-listen/listens src/server.ts:2:1',
    `  src/worker.ts:1:1 imports '~/deep/one.js'`,
    `  src/deep/one.ts:1:1 imports '#server'`,
    `  src/server.ts:2:1 takes createServer of node:net`,
  ]);
});
