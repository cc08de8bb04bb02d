import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Answers by the first digit of their status. */
export type Classes = Record<string, number>;

/** A connection that is open. */
export async function openConnection(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** The bytes of a request without a body. */
export function requestHead(method: string, path: string): string {
  const length = method === 'POST' ? 'content-length: 0\r\n' : '';
  return `${method} ${path} HTTP/1.1\r\nhost: a.example.com\r\n${length}\r\n`;
}

/** Requests that are on their way together on one connection. */
const DEPTH = 20;

/** Sends requests over some connections, many at a time on each, and counts the answers. */
export async function sendAll(
  port: number,
  requests: readonly string[],
  connections: number,
): Promise<Classes> {
  const classes: Classes = {};
  const waiting = [...requests];
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = await openConnection(port);
      socket.setEncoding('latin1');
      for (let batch = waiting.splice(0, DEPTH); batch.length > 0; batch = waiting.splice(0, DEPTH))
        await sendBatch(socket, batch, classes);
      socket.destroy();
    }),
  );
  return classes;
}

async function sendBatch(socket: Socket, batch: readonly string[], classes: Classes): Promise<void> {
  const answered = new Promise<void>((resolve, reject) => {
    let text = '';
    let left = batch.length;
    const read = (chunk: string): void => {
      text += chunk;
      const heads = [...text.matchAll(/HTTP\/1\.1 (\d)\d\d [^\r]*\r\n/g)];
      for (const [, digit = ''] of heads) classes[digit] = (classes[digit] ?? 0) + 1;
      const last = heads.at(-1);
      if (last !== undefined) text = text.slice(last.index + last[0].length);
      left -= heads.length;
      // The last body may be on its way still; nothing of it looks like a head.
      if (left > 0) return;
      socket.off('data', read).off('close', fail);
      resolve();
    };
    const fail = (): void => reject(new Error('The connection was closed before all answers came.'));
    socket.on('data', read).once('close', fail);
  });
  socket.write(batch.join(''));
  await answered;
}
