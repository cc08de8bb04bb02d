import { createServer, type Server as HttpServer } from 'node:http';
import type { Socket } from 'node:net';

import { createConnections } from './connections.js';
import type { Exporter } from './exporter-options.js';
import type { RequestHandler } from './handle-request.js';
import { listen, type Listener, type ListenTarget } from './listen.js';
import { tlsOverUnix } from './prepare-exporter.js';
import { createTlsFront } from './tls-front.js';
import type { FileLog } from './web-config/file-log.js';
import type { WebConfigFile } from './web-config/web-config-file.js';

const CLOSE_GRACE_MS = 5000;

/** Room for Prometheus's headers, not for an attacker's. */
const MAX_HEADER_BYTES = 16_384;

/** What a server is made of. */
export interface ServerOptions {
  /** At least one. */
  readonly targets: readonly ListenTarget[];
  readonly maxConnections: number;
  /** The web configuration, where TLS is spoken. */
  readonly tlsFile: WebConfigFile | undefined;
  readonly onFile: FileLog;
  /** Makes the handler; its argument says whether the server takes no more connections. */
  readonly makeHandler: (isClosing: () => boolean) => RequestHandler;
}

/**
 * Opens the listeners and puts together what a connection goes through: the limit of connections, TLS if it is on, HTTP.
 *
 * @throws {@link ExporterError} `LISTEN_FAILED`
 */
export async function startServer(options: ServerOptions): Promise<Exporter> {
  const { targets, tlsFile, onFile } = options;
  const connections = createConnections({ max: options.maxConnections });
  let isClosing = false;
  const http = serveHttp(
    options.makeHandler(() => isClosing),
    connections,
  );
  const secure =
    tlsFile === undefined
      ? undefined
      : createTlsFront({
          file: tlsFile,
          onFile,
          onSecure: (socket, wrapper) => {
            connections.wrap(socket, wrapper);
            http.emit('connection', wrapper);
          },
        });

  function take(socket: Socket): void {
    connections.add(socket);
    if (socket.destroyed) return;
    if (secure === undefined) http.emit('connection', socket);
    else secure(socket);
  }

  const listeners: Listener[] = [];
  try {
    for (const target of targets) {
      listeners.push(await listen(target, secure === undefined ? 'http' : 'https', take));
    }
    const unix = listeners.find(({ isUnix }) => isUnix);
    if (secure !== undefined && unix !== undefined) throw tlsOverUnix(unix.url);
  } catch (error) {
    for (const listener of listeners) listener.close();
    throw error;
  }
  const urls = listeners.map(({ url }) => url);
  return {
    url: urls[0] ?? '',
    urls,
    async close() {
      isClosing = true;
      for (const listener of listeners) listener.close();
      connections.drain();
      const cutOff = setTimeout(() => connections.destroy(), CLOSE_GRACE_MS);
      await connections.whenEmpty();
      clearTimeout(cutOff);
    },
  };
}

/** An HTTP server that is given its connections; it does not listen, so its own timeouts are those of `connections`. */
function serveHttp(handle: RequestHandler, connections: ReturnType<typeof createConnections>): HttpServer {
  return createServer({ maxHeaderSize: MAX_HEADER_BYTES, keepAliveTimeout: 0 }, (request, response) => {
    const { socket } = request;
    connections.begin(socket);
    response.once('close', () => connections.end(socket));
    // Nobody reads the body that a scrape should not have.
    if (
      request.headers['content-length'] !== undefined ||
      request.headers['transfer-encoding'] !== undefined
    ) {
      response.shouldKeepAlive = false;
    }
    handle(request, response);
  });
}
