import { once } from 'node:events';
import { createServer, request, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

import { onTestFinished } from 'vitest';

/** Serves on loopback until the test ends; the port. */
export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** As `listen`, for a listener. */
export async function serve(listener: RequestListener): Promise<number> {
  return listen(createServer(listener));
}

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Sends a request and reads the whole answer; the path goes out as it is written. */
export async function send(port: number, method: string, path: string, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ port, host: '127.0.0.1', method, path, agent: false }, (incoming) => {
      let text = '';
      incoming
        .setEncoding('utf8')
        .on('data', (chunk: string) => (text += chunk))
        .on('end', () => resolve({ status: incoming.statusCode ?? 0, body: text }))
        .on('error', reject);
    });
    outgoing.on('error', reject).end(body);
  });
}

/** A connection of the test's own, for what HTTP clients do not do; errors are ignored. */
export async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** The head of a request without a body. */
export function head(method: string, path: string, ...headers: string[]): string {
  return [`${method} ${path} HTTP/1.1`, 'host: a.example.com', ...headers, '', ''].join('\r\n');
}

/** Sends requests one after the other, each `METHOD path`. */
export async function sendAll(port: number, requests: readonly string[]): Promise<void> {
  for (const each of requests) {
    const [method = '', path = ''] = each.split(' ');
    await send(port, method, path);
  }
}
