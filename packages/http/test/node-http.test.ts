import { createServer, type ServerResponse } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect, onTestFinished, test } from 'vitest';

import { instrumentServer, setRoute } from '../src/node-http.js';
import { CountedHttp } from './counted.js';
import { head, listen, open, send } from './serve.js';

test('asks the route function at the end, and survives what it throws', async () => {
  const http = new CountedHttp();
  const server = createServer((request, response) => {
    if (request.url === '/told') setRoute(response, '/told/:first');
    if (request.url === '/untold') setRoute(response, undefined);
    response.statusCode = request.url === '/code' ? 299 : 200;
    response.end();
  });
  instrumentServer(server, http.metrics, {
    route: ({ url }, { statusCode }) => {
      if (url === '/bad') throw new Error('thrown');
      return statusCode === 299 ? '/code' : '/asked';
    },
  });
  const port = await listen(server);
  for (const path of ['/asked', '/told', '/untold', '/bad', '/code']) await send(port, 'GET', path);
  await expect
    .poll(() => http.requests())
    .toEqual({
      'GET /asked 2xx': 1,
      'GET /told/:first 2xx': 1,
      'GET unmatched 2xx': 2,
      'GET /code 2xx': 1,
    });
});

test('counts what listeners for expectations answer, and what they pass on once', async () => {
  const http = new CountedHttp();
  const server = createServer(
    (request, response) => void request.resume().on('end', () => response.end('done')),
  );
  server.on('checkContinue', (request, response) => {
    if (request.url === '/refused') {
      response.writeHead(417).end();
      return;
    }
    response.writeContinue();
    server.emit('request', request, response);
  });
  instrumentServer(server, http.metrics);
  server.on('checkExpectation', (_request, response) => void response.writeHead(417).end());
  const port = await listen(server);
  const socket = await open(port);
  socket.resume();
  const expecting = (path: string, expectation: string): string =>
    head('POST', path, `expect: ${expectation}`, 'content-length: 2');
  socket.write(`${expecting('/taken', '100-continue')}ok`);
  await expect.poll(() => http.requests()).toEqual({ 'POST unmatched 2xx': 1 });
  (await open(port)).resume().write(expecting('/refused', '100-continue'));
  (await open(port)).resume().write(expecting('/odd', 'a miracle'));
  await expect.poll(() => http.requests()).toEqual({ 'POST unmatched 2xx': 1, 'POST unmatched 4xx': 2 });
});

test('leaves expectations to Node.js again when their listener goes', async () => {
  const http = new CountedHttp();
  const server = createServer((_request, response) => void response.end('done'));
  instrumentServer(server, http.metrics);
  instrumentServer(server, http.metrics);
  server.once('checkContinue', (request, response) => {
    response.writeContinue();
    server.emit('request', request, response);
  });
  const port = await listen(server);
  for (let i = 0; i < 2; i++) {
    const socket = await open(port);
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    socket.write(`${head('POST', '/', 'expect: 100-continue', 'content-length: 2')}ok`);
    await expect.poll(() => text).toContain('HTTP/1.1 200');
    expect(text).toContain('HTTP/1.1 100');
  }
  expect(server.listenerCount('checkContinue')).toBe(0);
  await expect.poll(() => http.requests()).toEqual({ 'POST unmatched 2xx': 2 });
});

test('takes a route that is no text for none', async () => {
  const http = new CountedHttp({ maxRoutes: 1 });
  const server = createServer((request, response) => {
    if (request.url === '/set') setRoute(response, /^\/made-anew/ as never);
    response.end();
  });
  instrumentServer(server, http.metrics, {
    route: (({ url }: { url: string }) => (url === '/text' ? url : Promise.resolve(url))) as never,
  });
  const port = await listen(server);
  for (const path of ['/promised', '/set', '/text']) await send(port, 'GET', path);
  await expect.poll(() => http.requests()).toEqual({ 'GET unmatched 2xx': 2, 'GET /text 2xx': 1 });
});

test('counts the bytes of bodies in any form and encoding, and none where an answer has none', async () => {
  const http = new CountedHttp();
  const answers: Record<string, (response: ServerResponse) => unknown> = {
    '/text': (response) => response.end('Grüße'),
    '/hex': (response) => response.end('beef', 'hex'),
    '/bytes': (response) => response.end(new Uint8Array(7)),
    '/parts': (response) => {
      response.write('one');
      response.write(Buffer.from('two'));
      response.end('three', () => {});
    },
    '/callback': (response) => response.end(() => {}),
    '/twice': (response) => {
      response.on('error', () => {}).end('first');
      response.end('second');
    },
    '/empty': (response) => response.writeHead(204).end(),
    '/same': (response) => response.writeHead(304).end(),
  };
  const server = createServer((request, response) => void answers[request.url ?? '']?.(response));
  instrumentServer(server, http.metrics, { route: ({ url }) => url });
  const port = await listen(server);
  for (const path of Object.keys(answers)) await send(port, 'GET', path);
  await expect
    .poll(() => http.sums('http_response_size_bytes'))
    .toEqual({
      'GET /text 2xx': 7,
      'GET /hex 2xx': 2,
      'GET /bytes 2xx': 7,
      'GET /parts 2xx': 11,
      'GET /callback 2xx': 0,
      'GET /twice 2xx': 5,
      'GET /empty 2xx': 0,
      'GET /same 3xx': 0,
    });
});

test('counts a request that turns out to be no HTTP as aborted', async () => {
  const http = new CountedHttp();
  const server = createServer((request) => void request.resume().on('error', () => {}));
  instrumentServer(server, http.metrics);
  const port = await listen(server);
  const socket = await open(port);
  socket.write(`${head('POST', '/', 'transfer-encoding: chunked')}zz\r\n`);
  await expect.poll(() => http.requests()).toEqual({ 'POST unmatched aborted': 1 });
  const never = await open(port);
  never.write('no HTTP\r\n\r\n');
  await once(never.resume(), 'close');
  expect(await http.requests()).toEqual({ 'POST unmatched aborted': 1 });
});

test('counts an upload that the client gives up as aborted, and one that takes too long', async () => {
  const http = new CountedHttp();
  const server = createServer(
    { requestTimeout: 300, headersTimeout: 300, connectionsCheckingInterval: 50 },
    (request) => void request.resume().on('error', () => {}),
  );
  instrumentServer(server, http.metrics);
  const port = await listen(server);
  const upload = `${head('POST', '/', 'content-length: 10')}abc`;
  const leaving = await open(port);
  leaving.write(upload);
  await sleep(20);
  leaving.destroy();
  await expect.poll(() => http.requests()).toEqual({ 'POST unmatched aborted': 1 });
  (await open(port)).resume().write(upload);
  await expect.poll(() => http.requests()).toEqual({ 'POST unmatched aborted': 2 });
});

test('counts what a server that closes all connections cuts off as its failure', async () => {
  const http = new CountedHttp();
  const server = createServer(() => {});
  instrumentServer(server, http.metrics);
  const port = await listen(server);
  (await open(port)).write(head('GET', '/'));
  await expect.poll(() => http.requests()).toEqual({ 'in flight GET': 1 });
  server.closeAllConnections();
  await expect.poll(() => http.requests()).toEqual({ 'GET unmatched 5xx': 1 });
});

test('counts requests of a server that another one hands its connections to', async () => {
  const http = new CountedHttp();
  const server = createServer(
    (_request, response) => void response.writeHead(200, { connection: 'close' }).end('x'),
  );
  instrumentServer(server, http.metrics, { route: () => '/x' });
  await send(await listen(server), 'GET', '/x');
  await expect.poll(() => http.requests()).toEqual({ 'GET /x 2xx': 1 });
});

test('counts HTTP/2 requests of the compatible interface, resets as aborted', async () => {
  const http = new CountedHttp();
  const server = createHttp2Server((request, response) => {
    if (request.url === '/slow') return;
    response.write('one');
    response.end('three');
  });
  instrumentServer(server, http.metrics, { route: ({ url }) => url });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(() => {
    client.destroy();
    server.close();
  });
  const answered = client.request({ ':path': '/x' });
  await once(answered.resume(), 'close');
  await expect.poll(() => http.requests()).toEqual({ 'GET /x 2xx': 1 });
  expect(await http.sums('http_response_size_bytes')).toEqual({ 'GET /x 2xx': 8 });
  const reset = client.request({ ':path': '/slow' });
  reset.on('error', () => {});
  await expect.poll(() => http.requests()).toMatchObject({ 'in flight GET': 1 });
  reset.close(8);
  await expect.poll(() => http.requests()).toEqual({ 'GET /x 2xx': 1, 'GET /slow aborted': 1 });
});

test('counts HTTP/2 answers by the code that was sent, whoever sent it', async () => {
  const http = new CountedHttp();
  const server = createHttp2Server().on('stream', (stream) => {
    stream.respond({ ':status': 503 });
    stream.end('busy');
  });
  instrumentServer(server, http.metrics);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(() => {
    client.destroy();
    server.close();
  });
  await once(client.request({ ':path': '/' }).resume(), 'close');
  await expect.poll(() => http.requests()).toEqual({ 'GET unmatched 5xx': 1 });
});
