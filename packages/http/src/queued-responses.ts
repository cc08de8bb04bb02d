import type { IncomingMessage, ServerResponse } from 'node:http';

const QUEUED = new WeakMap<object, Set<ServerResponse>>();

/**
 * Tells of a pipelined response, whose turn on the connection has not come yet, that the connection is closed: before
 * Node.js 26 the response itself says nothing then. One listener for each connection, however many responses wait.
 */
export function watchQueued(
  request: IncomingMessage,
  response: ServerResponse,
  onClosed: (response: ServerResponse) => void,
): void {
  const { socket } = request;
  let queued = QUEUED.get(socket);
  if (queued === undefined) {
    const waiting = new Set<ServerResponse>();
    socket.once('close', () => {
      for (const each of waiting) onClosed(each);
    });
    QUEUED.set(socket, waiting);
    queued = waiting;
  }
  queued.add(response);
  response.once('close', () => queued.delete(response));
}
