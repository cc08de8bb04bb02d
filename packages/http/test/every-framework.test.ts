import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, test } from 'vitest';

import { CountedHttp } from './counted.js';
import { FRAMEWORKS } from './frameworks.js';
import { head, listen, open, send } from './serve.js';

describe.each(Object.entries(FRAMEWORKS))('%s', (_name, makeServer) => {
  async function start(): Promise<{ http: CountedHttp; port: number }> {
    const http = new CountedHttp();
    return { http, port: await listen(await makeServer(http.metrics)) };
  }

  test('counts requests by method, template and class', async () => {
    const { http, port } = await start();
    expect(await send(port, 'GET', '/users/1?tab=orders')).toEqual({ status: 200, body: 'user' });
    await send(port, 'GET', '/users/2');
    expect(await send(port, 'POST', '/users/3', 'hello')).toEqual({ status: 201, body: '5' });
    expect((await send(port, 'GET', '/throws')).status).toBe(500);
    expect((await send(port, 'GET', '/nowhere')).status).toBe(404);
    await expect
      .poll(() => http.requests())
      .toEqual({
        'GET /users/:id 2xx': 2,
        'POST /users/:id 2xx': 1,
        'GET /throws 5xx': 1,
        'GET unmatched 4xx': 1,
      });
    const sizes = await http.sums('http_response_size_bytes');
    expect([sizes['GET /users/:id 2xx'], sizes['POST /users/:id 2xx']]).toEqual([8, 1]);
    const seconds = (await http.sums('http_request_duration_seconds'))['GET /users/:id 2xx'];
    expect(seconds).toBeGreaterThan(0);
  });

  test('gives random URLs one series', async () => {
    const { http, port } = await start();
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    await Promise.all(
      Array.from({ length: 300 }, async (_, i) => {
        const path = `/${Math.random().toString(36).slice(2)}/${i}?q=${i}`;
        await new Promise((resolve, reject) => {
          request({ port, host: '127.0.0.1', path, agent }, (answer) => answer.resume().on('end', resolve))
            .on('error', reject)
            .end();
        });
      }),
    );
    agent.destroy();
    await expect.poll(() => http.requests()).toEqual({ 'GET unmatched 4xx': 300 });
  });

  test('counts HEAD with the size of nothing, and unknown methods as other', async () => {
    const { http, port } = await start();
    expect(await send(port, 'HEAD', '/users/1')).toEqual({ status: 200, body: '' });
    await send(port, 'PROPFIND', '/nowhere');
    await expect.poll(async () => Object.keys(await http.requests())).toHaveLength(2);
    expect(await http.requests()).toMatchObject({ 'HEAD /users/:id 2xx': 1 });
    expect(Object.keys(await http.requests()).filter((key) => key.startsWith('other'))).toHaveLength(1);
    expect(await http.sums('http_response_size_bytes')).toMatchObject({ 'HEAD /users/:id 2xx': 0 });
  });

  test('shows what is in flight, and counts a client that leaves before the headers as aborted', async () => {
    const { http, port } = await start();
    const socket = await open(port);
    socket.write(head('GET', '/slow'));
    await expect.poll(() => http.requests()).toEqual({ 'in flight GET': 1 });
    socket.destroy();
    await expect.poll(() => http.requests()).toEqual({ 'GET /slow aborted': 1 });
  });

  test('counts a client that leaves in the middle of a stream as aborted', async () => {
    const { http, port } = await start();
    const socket = await open(port);
    const isReading = new Promise((resolve) => socket.once('data', resolve));
    socket.write(head('GET', '/stream'));
    await isReading;
    socket.resetAndDestroy();
    await expect.poll(() => http.requests()).toEqual({ 'GET /stream aborted': 1 });
    expect(await http.sums('http_response_size_bytes')).toEqual({ 'GET /stream aborted': 4 });
  });

  test('counts a client that leaves an answer half read as aborted, though all of it was handed over', async () => {
    const { http, port } = await start();
    const socket = await open(port);
    const isReading = new Promise((resolve) => socket.once('readable', resolve));
    socket.write(head('GET', '/large'));
    await isReading;
    await sleep(50);
    socket.destroy();
    await expect.poll(() => http.requests()).toEqual({ 'GET /large aborted': 1 });
  });

  test('counts an answer that the server breaks off as its failure', async () => {
    const { http, port } = await start();
    await expect(send(port, 'GET', '/breaks')).rejects.toThrow();
    await expect.poll(() => http.requests()).toEqual({ 'GET /breaks 5xx': 1 });
  });

  test('counts each pipelined request, those whose turn does not come as aborted', async () => {
    const { http, port } = await start();
    const answered = await open(port);
    answered.write(head('GET', '/users/1') + head('GET', '/users/2') + head('GET', '/nowhere'));
    await expect.poll(() => http.requests()).toEqual({ 'GET /users/:id 2xx': 2, 'GET unmatched 4xx': 1 });
    const left = await open(port);
    left.write(head('GET', '/slow') + head('GET', '/users/3') + head('GET', '/users/4'));
    await expect.poll(async () => (await http.requests())['in flight GET']).toBe(3);
    left.destroy();
    await expect
      .poll(() => http.requests())
      .toEqual({
        'GET /users/:id 2xx': 2,
        'GET unmatched 4xx': 1,
        'GET /slow aborted': 1,
        'GET /users/:id aborted': 2,
      });
  });

  test('counts a request once that waits for 100 Continue', async () => {
    const { http, port } = await start();
    const socket = await open(port);
    socket.setEncoding('utf8');
    const first = new Promise<string>((resolve) => socket.once('data', resolve));
    socket.write(
      head('POST', '/users/1', 'expect: 100-continue', 'content-length: 5', 'content-type: text/plain'),
    );
    expect(await first).toMatch(/^HTTP\/1\.1 100 /);
    socket.write('hello');
    await expect.poll(() => http.requests()).toEqual({ 'POST /users/:id 2xx': 1 });
  });

  test('counts a request whose connection the server closes for being idle as its failure', async () => {
    const http = new CountedHttp();
    const server = await makeServer(http.metrics);
    const port = await listen(server);
    server.setTimeout(100);
    const socket = await open(port);
    socket.write(head('GET', '/slow'));
    await expect.poll(() => http.requests()).toEqual({ 'GET /slow 5xx': 1 });
  });

  test('leaves metrics and health out', async () => {
    const { http, port } = await start();
    for (const path of ['/metrics', '/metrics?x=1', '/health', '/health/live', '/readyz'])
      await send(port, 'GET', path);
    await send(port, 'GET', '/metricsx');
    await expect.poll(() => http.requests()).toEqual({ 'GET unmatched 4xx': 1 });
  });

  test('does not count an upgrade, which has no answer', async () => {
    const http = new CountedHttp();
    const server = await makeServer(http.metrics);
    server.on('upgrade', (_request, connection) =>
      connection.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'),
    );
    const port = await listen(server);
    const socket = await open(port);
    const closed = new Promise((resolve) => socket.resume().once('close', resolve));
    socket.write(head('GET', '/users/1', 'connection: upgrade', 'upgrade: websocket'));
    await closed;
    expect(await http.requests()).toEqual({});
  });
});
