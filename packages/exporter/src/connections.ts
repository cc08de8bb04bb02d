import type { Socket } from 'node:net';

/** How long a connection may be open before its first request is complete, the TLS handshake included. */
const FIRST_REQUEST_MS = 10_000;

/** How long a connection may be open after an answer before its next request is complete; Prometheus scrapes once a minute. */
const IDLE_MS = 75_000;

/** Limits of {@link createConnections}. */
export interface ConnectionLimits {
  /** How many connections are kept. */
  readonly max: number;
  readonly firstRequestMs?: number;
  readonly idleMs?: number;
}

/** The connections of a server, none of which costs it more than a place for a while. */
export interface Connections {
  readonly size: number;
  /** Takes a new one in; where there are too many, one that has nothing to do is ended for it. */
  add(socket: Socket): void;
  /** Says that the second is what travels on the first, as a TLS socket does on a TCP socket. */
  wrap(socket: Socket, wrapper: Socket): void;
  /** Marks the beginning of a request. */
  begin(socket: Socket): void;
  /** Marks the end of its answer. */
  end(socket: Socket): void;
  /** Ends the connections without a request, and from now on each with the answer that it waits for. */
  drain(): void;
  /** Ends all. */
  destroy(): void;
  /** Resolves when there is none. */
  whenEmpty(): Promise<void>;
}

interface Connection {
  readonly socket: Socket;
  /** What requests come from: the socket itself, or its wrapper. */
  wrapper: Socket;
  requests: number;
  timer: NodeJS.Timeout;
}

/**
 * Keeps so many connections. Ten thousand that are opened and left, or that send a header a byte a minute, end each other:
 * first those that have never asked anything, the oldest first, then those that have been idle longest. One with a request
 * under way is never ended for another. Times are counted from the beginning of the wait, not from the last byte, so that
 * slow bytes win nothing.
 */
export function createConnections({
  max,
  firstRequestMs = FIRST_REQUEST_MS,
  idleMs = IDLE_MS,
}: ConnectionLimits): Connections {
  const bySocket = new Map<Socket, Connection>();
  // Sets keep the order of insertion: the first is the oldest.
  const strangers = new Set<Connection>();
  const idle = new Set<Connection>();
  let size = 0;
  let isDraining = false;
  let onEmpty: (() => void)[] = [];

  function endAfter(connection: Connection, ms: number): NodeJS.Timeout {
    return setTimeout(() => end(connection), ms);
  }

  function end({ socket, wrapper }: Connection): void {
    wrapper.destroy();
    socket.destroy();
  }

  function forget(connection: Connection): void {
    clearTimeout(connection.timer);
    bySocket.delete(connection.socket);
    bySocket.delete(connection.wrapper);
    strangers.delete(connection);
    idle.delete(connection);
    size -= 1;
    if (size > 0) return;
    for (const resolve of onEmpty) resolve();
    onEmpty = [];
  }

  function makeRoom(): boolean {
    if (size < max) return true;
    const [oldest] = strangers.size > 0 ? strangers : idle;
    if (oldest === undefined) return false;
    strangers.delete(oldest);
    idle.delete(oldest);
    end(oldest);
    return true;
  }

  return {
    get size() {
      return size;
    },
    add(socket) {
      if (isDraining || !makeRoom()) {
        socket.destroy();
        return;
      }
      const connection = { socket, wrapper: socket, requests: 0 } as Connection;
      connection.timer = endAfter(connection, firstRequestMs);
      bySocket.set(socket, connection);
      strangers.add(connection);
      size += 1;
      socket.once('close', () => forget(connection));
      // What goes wrong with one connection is its own affair.
      socket.on('error', () => socket.destroy());
    },
    wrap(socket, wrapper) {
      const connection = bySocket.get(socket);
      if (connection === undefined) return;
      connection.wrapper = wrapper;
      bySocket.set(wrapper, connection);
    },
    begin(socket) {
      const connection = bySocket.get(socket);
      if (connection === undefined) return;
      connection.requests += 1;
      clearTimeout(connection.timer);
      strangers.delete(connection);
      idle.delete(connection);
    },
    end(socket) {
      const connection = bySocket.get(socket);
      if (connection === undefined) return;
      connection.requests -= 1;
      if (connection.requests > 0) return;
      idle.add(connection);
      clearTimeout(connection.timer);
      connection.timer = endAfter(connection, idleMs);
    },
    drain() {
      isDraining = true;
      for (const connection of [...strangers, ...idle]) end(connection);
    },
    destroy() {
      isDraining = true;
      for (const connection of new Set(bySocket.values())) end(connection);
    },
    whenEmpty: () => (size === 0 ? Promise.resolve() : new Promise((resolve) => onEmpty.push(resolve))),
  };
}
