import { describe, expect, test } from 'vitest';

import { extractFacts } from './extract-facts.js';

/** Edges and what is done with them, one line each: `require node:http createServer`; `!` for what escapes. */
function shown(text: string, path = 'file.js'): string[] {
  const facts = extractFacts(path, text);
  return [
    ...facts.edges.map(({ kind, specifier, uses }) =>
      [
        kind,
        specifier,
        ...uses.map(
          (use) => `${use.path || '*'}${use.escapes ? '!' : ''}${use.opens ? `(${use.opens})` : ''}`,
        ),
      ].join(' '),
    ),
    ...facts.exports.map(({ name, path: member }) => `export ${name} = ${member || '*'}`),
    ...facts.unknownImports.map(({ kind }) => `unknown ${kind}`),
    ...facts.globals.map(({ name }) => `global ${name}`),
    ...(facts.problem ? [`problem at ${facts.problem.line}:${facts.problem.column}`] : []),
  ];
}

describe('modules and what is done with them', () => {
  test.each([
    [`import http from 'node:http'; http.createServer();`, ['import node:http default.createServer']],
    [`import * as http from 'node:http'; http.createServer();`, ['import node:http createServer']],
    [`import { createServer as make } from 'node:http'; make();`, ['import node:http createServer']],
    [`import { request } from 'node:http'; request();`, ['import node:http request']],
    [`import 'x';`, ['import x']],
    [`const http = require('http'); http.createServer();`, ['require http createServer']],
    [`require('http').createServer();`, ['require http createServer']],
    [`const { createServer } = require('http');`, ['require http createServer']],
    [`const { createServer: { bind } } = require('http');`, ['require http createServer.bind']],
    [`const create = require('http').createServer; create();`, ['require http createServer']],
    [`let http; function load() { http = require('http'); } new http.Server();`, ['require http Server']],
    [`function f() { const net = require('net'); return new net.Server(); }`, ['require net Server']],
    [`class S extends require('net').Server {}`, ['require net Server']],
    [`(0, require('http').createServer)();`, ['require http createServer']],
    [`require('http')['createServer']();`, ['require http createServer']],
    ['require(`http`)[`createServer`]();', ['require http createServer']],
    [`const n = 'node:' + 'http'; require(n).createServer();`, ['require node:http createServer']],
    [`require('http')[name]();`, ['require http *!']],
    [`const { [name]: make } = require('http');`, ['require http']],
    [`const a = require('net'); const b = a; const { Server } = b;`, ['require net Server']],
    [
      `const x = tls ? require('https') : require('http'); x.createServer();`,
      ['require https createServer', 'require http createServer'],
    ],
    [`const s = socket instanceof require('net').Server;`, ['require net']],
    [
      `const { createServer } = await import('node:net'); createServer();`,
      ['dynamic-import node:net createServer'],
    ],
    [`(await import('node:net')).createServer();`, ['dynamic-import node:net createServer']],
    [
      `import('node:net').then(({ createServer }) => createServer());`,
      ['dynamic-import node:net then createServer'],
    ],
    [`import('node:net').then((net) => net.createServer());`, ['dynamic-import node:net then createServer']],
    [
      `const net = process.getBuiltinModule('node:net'); net.createServer();`,
      ['require node:net createServer'],
    ],
    [
      `import { createRequire } from 'node:module'; const load = createRequire(import.meta.url); load('net').Server;`,
      ['import node:module createRequire', 'require net'],
    ],
    [`createRequire(import.meta.url)('net').createServer();`, ['require net createServer']],
    [`const http_1 = __importStar(require('http')); http_1.createServer();`, ['require http createServer']],
    [
      `const http_1 = tslib_1.__importDefault(require('http')); http_1.default.createServer();`,
      ['require http default.createServer'],
    ],
    [`(0, tslib_1.__importStar)(require('http')).createServer();`, ['require http createServer']],
    [`var http = __toESM(__require('http'), 1); http.createServer();`, ['require http createServer']],
    [`wrap({ http: require('http') });`, ['require http *!']],
    [`this.net = require('net'); this.net.createServer();`, ['require net *!', 'global ?.createServer']],
    [
      `export { createServer } from 'node:http';`,
      ['export node:http createServer', 'export createServer = createServer'],
    ],
    [`export * from 'node:http';`, ['export node:http', 'export * = *']],
    [`export * as http from 'node:http';`, ['export node:http', 'export http = *']],
    [`import http from 'node:http'; export { http };`, ['import node:http default', 'export http = default']],
    [`module.exports = require('./server');`, ['require ./server', 'export * = *']],
    [
      `exports.make = require('http').createServer;`,
      ['require http createServer', 'export make = createServer'],
    ],
    [
      `module.exports = { http: require('http'), ...require('net') };`,
      ['require http', 'require net', 'export http = *', 'export * = *'],
    ],
    [`(module) => { module.exports = require('http'); };`, ['require http *!']],
    [`new Worker(new URL('./thread.js', import.meta.url));`, ['thread ./thread.js']],
    [`new Worker('reports', handler);`, []],
    [`await import(name); require(name);`, ['unknown dynamic-import', 'unknown require']],
    ['await import(`./tasks/${name}.js`);', ['dynamic-import ./tasks/*.js']],
    [`require('./tasks/' + name);`, ['require ./tasks/*']],
    [`const size = http && http.maxHeaderSize; var http = require('http');`, ['require http maxHeaderSize']],
    [`const http = require('http'); (other || http).createServer();`, ['require http createServer']],
    [`const connect = net.connect.bind(net); var net = require('net');`, ['require net connect.bind']],
    [`const https = require('https'); class Options { get https() { return 1; } }`, ['require https']],
    [`Bun.serve({});`, ['global Bun.serve']],
    [`import { x } from 'y'; x(`, ['problem at 1:26']],
  ])('%s', (text, expected) => {
    expect(shown(text)).toEqual(expected);
  });

  test.each([
    [`import { Server } from 'node:net'; export function f(server: Server): void {}`, []],
    [`import type { Server } from 'node:net';`, []],
    [`import { type Server } from 'node:net';`, ['import node:net']],
    [
      `import { Server, connect } from 'node:net'; const s: Server = connect(1);`,
      ['import node:net connect'],
    ],
    [`import net = require('net'); (net as any).createServer!();`, ['require net createServer']],
    [
      `import { Router } from 'express'; let r: Router; namespace N { export const a = Router(); }`,
      ['import express Router'],
    ],
    [`export type { Server } from 'node:net';`, []],
  ])('in TypeScript: %s', (text, expected) => {
    expect(shown(text, 'file.ts')).toEqual(expected);
  });

  test('a component is a use of what it is imported from', () => {
    expect(shown(`import { Page } from './page.js'; export const a = <Page />;`, 'file.tsx')).toEqual([
      'import ./page.js',
    ]);
  });
});

test.each([
  [`function f(http) { http.createServer(); } const http = require('http'); http.get();`],
  [`const http = require('http'); http.get(); { let http = other(); http.createServer(); }`],
  [`const http = require('http'); http.get(); try { a(); } catch (http) { http.createServer(); }`],
])('a name that means something else is not the module: %s', (text) => {
  expect(shown(text)).toEqual(['require http get', 'global ?.createServer']);
});

test.each([
  [`openSync(p)`, 'reading'],
  [`openSync(p, 'r')`, 'reading'],
  [`openSync(p, 'a')`, 'writing'],
  [`openSync(p, flags)`, 'unknown'],
  [`openSync(p, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))`, 'reading'],
  [`openSync(p, FLAGS)`, 'reading'],
  [`openSync(p, constants.O_CREAT | FLAGS)`, 'writing'],
  [`openSync(p, O_WRONLY)`, 'writing'],
])('%s opens for %s', (call, opens) => {
  const text = `import { constants, openSync } from 'node:fs'; const FLAGS = constants.O_RDONLY | constants.O_DIRECTORY; ${call};`;
  const uses = extractFacts('file.js', text).edges[0]?.uses.filter(({ path }) => path === 'openSync');
  expect(uses?.map((use) => use.opens)).toEqual([opens]);
});

test('places are lines and columns from 1', () => {
  const { edges } = extractFacts(
    'file.js',
    `import 'a';\n\n  const http = require('http');\nhttp\n  .createServer();`,
  );
  expect(edges.map(({ line, column }) => [line, column])).toEqual([
    [1, 1],
    [3, 16],
  ]);
  expect(edges[1]?.uses[0]).toMatchObject({ line: 4, column: 1 });
});

test('metrics are read from their declarations', () => {
  const text = `
    import client, { Gauge as G } from 'prom-client';
    const LABELS = ['queue', 'state'] as const;
    const PREFIX = 'app_';
    new client.Counter({ name: \`\${PREFIX}jobs_total\`, help: 'Jobs.', labelNames: [...LABELS, 'outcome'] });
    new G({ name, help: 'x', labelNames: make(), aggregator: 'sum' });
  `;
  expect(extractFacts('file.ts', text).metrics).toMatchObject([
    {
      class: 'Counter',
      exportedName: 'Counter',
      name: { kind: 'known', text: 'app_jobs_total' },
      labelNames: {
        kind: 'known',
        items: [{ text: 'queue', line: 3 }, { text: 'state' }, { text: 'outcome', line: 5 }],
      },
      mode: { kind: 'absent' },
    },
    {
      class: 'Gauge',
      name: { kind: 'computed' },
      labelNames: { kind: 'partly', items: [] },
      mode: { text: 'sum' },
    },
  ]);
});
