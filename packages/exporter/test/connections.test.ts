import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

import { afterEach, expect, test, vi } from 'vitest';

import { createConnections, type Connections } from '../src/connections.js';

const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A server whose connections are kept under limits; both ends of each new connection are given in order. */
async function serve(connections: Connections): Promise<() => Promise<{ near: Socket; far: Socket }>> {
  const accepted: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    connections.add(socket);
    accepted.push(socket);
    socket.resume();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => {
    connections.destroy();
    server.close();
  });
  return async () => {
    const before = accepted.length;
    const far = connect((server.address() as AddressInfo).port, '127.0.0.1');
    far.on('error', () => {});
    await once(far, 'connect');
    await vi.waitUntil(() => accepted.length > before);
    const near = accepted[before];
    if (near === undefined) throw new Error('not accepted');
    return { near, far };
  };
}

test('one too many ends a stranger before one that is idle, and never one with a request', async () => {
  const connections = createConnections({ max: 3 });
  const open = await serve(connections);
  const [idle, busy, stranger] = [await open(), await open(), await open()];
  connections.begin(idle.near);
  connections.end(idle.near);
  connections.begin(busy.near);

  const next = await open();
  expect([idle, busy, stranger, next].map(({ near }) => near.destroyed)).toEqual([false, false, true, false]);
  await vi.waitUntil(() => connections.size === 3);
  connections.begin(next.near);
  const another = await open();
  expect([idle, busy, next, another].map(({ near }) => near.destroyed)).toEqual([true, false, false, false]);
  await vi.waitUntil(() => connections.size === 3);
  connections.begin(another.near);
  // All have something to do: there is no room.
  expect((await open()).near.destroyed).toBe(true);
});

test('a connection that trickles has no longer than one that is silent', async () => {
  const connections = createConnections({ max: 10, firstRequestMs: 200, idleMs: 200 });
  const open = await serve(connections);
  const trickling = await open();
  const trickle = setInterval(() => trickling.far.write('x'), 10);
  ends.push(() => clearInterval(trickle));
  await once(trickling.near, 'close');

  const idle = await open();
  connections.begin(idle.near);
  connections.end(idle.near);
  const again = setInterval(() => idle.far.write('x'), 10);
  ends.push(() => clearInterval(again));
  await once(idle.near, 'close');
  expect(connections.size).toBe(0);
});

test('draining ends what has nothing to do and takes nothing in; what has may end', async () => {
  const connections = createConnections({ max: 10 });
  const open = await serve(connections);
  const [stranger, busy] = [await open(), await open()];
  connections.begin(busy.near);
  connections.drain();
  expect([stranger.near.destroyed, busy.near.destroyed]).toEqual([true, false]);
  expect((await open()).near.destroyed).toBe(true);
  const empty = connections.whenEmpty();
  busy.near.destroy();
  await empty;
  expect(connections.size).toBe(0);
});
