import { describe, expect, test } from 'vitest';

import { fixtureProject } from './fixture-project.js';
import { NO_LISTEN, runNode } from './run-guard.js';

/** Runs a program under the guard. */
function run(
  text: string,
  env: NodeJS.ProcessEnv = {},
  flag = '--import',
  more: Record<string, string> = {},
): ReturnType<typeof runNode> {
  const root = fixtureProject({ 'worker.mjs': text, ...more });
  const guard = flag === '--import' ? NO_LISTEN : new URL(NO_LISTEN).pathname;
  return runNode(root, [flag, guard, 'worker.mjs'], env);
}

describe('under the guard', () => {
  test.each([
    ['net', `import net from 'node:net';\nnet.createServer().listen(0);`],
    ['http', `import { createServer } from 'node:http';\ncreateServer().listen(0, '127.0.0.1');`],
    ['https', `import https from 'node:https';\nhttps.createServer().listen({ port: 0 });`],
    ['http2', `import http2 from 'node:http2';\nhttp2.createServer().listen(0);`],
    ['http2 over TLS', `import http2 from 'node:http2';\nhttp2.createSecureServer().listen(0);`],
    ['tls', `import tls from 'node:tls';\nnew tls.Server().listen(0);`],
    ['a unix socket', `import net from 'node:net';\nnet.createServer().listen('./worker.sock');`],
    ['an open handle', `import net from 'node:net';\nnet.createServer().listen({ fd: 0 });`],
    ['the step inside of listen', `import net from 'node:net';\nnet.createServer()._listen2(null, 0, 4, 0);`],
    ['a datagram socket', `import dgram from 'node:dgram';\ndgram.createSocket('udp4').bind(0);`],
    ['the inspector', `import { open } from 'node:inspector';\nopen(0);`],
    [
      'a server of a later import',
      `const { createServer } = await import('node:http');\ncreateServer().listen(0);`,
    ],
    [
      'a CommonJS file',
      `import { createRequire } from 'node:module';\ncreateRequire(import.meta.url)('net').createServer().listen(0);`,
    ],
  ])('%s throws, and the stack shows where', (_name, text) => {
    const { code, errors } = run(text);
    expect(code).toBe(1);
    expect(errors).toMatch(/ListenForbiddenError: This process is a worker and must not listen/);
    expect(errors).toMatch(/code: 'PROMSHARD_LISTEN_FORBIDDEN'/);
    expect(errors).toMatch(/at .*worker\.mjs:2:/);
    expect(errors.split('\n').find((line) => /^\s+at /.test(line))).toMatch(/worker\.mjs:2:/);
  });

  test('clients work: TCP, and datagrams that are sent', () => {
    const text = `
      import dgram from 'node:dgram';
      import net from 'node:net';
      net.connect(1, '127.0.0.1').on('error', (error) => console.log(error.code));
      const socket = dgram.createSocket('udp4');
      socket.send('x', 9, '127.0.0.1', () => socket.close());
      const connected = dgram.createSocket('udp4');
      connected.connect(9, '127.0.0.1', () => connected.close());
    `;
    expect(run(text)).toMatchObject({ code: 0, output: 'ECONNREFUSED\n', errors: '' });
  });

  test('the original cannot be put back', () => {
    expect(run(`import net from 'node:net';\nnet.Server.prototype.listen = () => undefined;`).errors).toMatch(
      /TypeError/,
    );
  });

  const TRY = `try { require('net').createServer().listen(0, function () { this.close(); }); console.log('listens'); } catch (error) { console.log(error.code); }`;

  test('threads and forks are guarded too', () => {
    const text = `
      import { fork } from 'node:child_process';
      import { Worker } from 'node:worker_threads';
      new Worker(new URL('./try.cjs', import.meta.url));
      fork('./try.cjs');
    `;
    const { output } = run(text, {}, '--import', { 'try.cjs': TRY });
    expect(output).toBe('PROMSHARD_LISTEN_FORBIDDEN\n'.repeat(2));
  });

  test('with --require, threads made of text are guarded too', () => {
    const text = `import { Worker } from 'node:worker_threads';\nnew Worker(${JSON.stringify(TRY)}, { eval: true });`;
    expect(run(text, {}, '--require').output).toBe('PROMSHARD_LISTEN_FORBIDDEN\n');
  });

  test('a cluster has no listening workers', () => {
    const text = `
      import cluster from 'node:cluster';
      import net from 'node:net';
      if (cluster.isPrimary) cluster.fork().on('exit', (code) => console.log('worker', code));
      else net.createServer().listen(0);
    `;
    const { output, errors } = run(text);
    expect(output).toBe('worker 1\n');
    expect(errors).toMatch(/ListenForbiddenError/);
  });
});

describe('an exception', () => {
  const text = `import net from 'node:net';\nconst server = net.createServer();\nserver.listen('./health.sock', () => { console.log('listens'); server.close(); });`;

  test('with a reason passes', () => {
    expect(run(text, { PROMSHARD_ALLOW_LISTEN: 'unix:./health.sock=asked by the supervisor' }).output).toBe(
      'listens\n',
    );
  });

  test('of another address does not', () => {
    expect(run(text, { PROMSHARD_ALLOW_LISTEN: '127.0.0.1:80=asked by the supervisor' }).errors).toMatch(
      /ListenForbiddenError/,
    );
  });

  test('without a reason stops the process before it begins', () => {
    const { code, errors, output } = run(text, { PROMSHARD_ALLOW_LISTEN: 'unix:./health.sock' });
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).toMatch(/Expected address=reason/);
  });
});
