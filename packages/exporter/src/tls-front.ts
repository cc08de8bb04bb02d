import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';

import { isClientAllowed } from './web-config/judge-client.js';
import type { TlsSettings } from './web-config/web-config.js';
import type { CurrentTls, WebConfigFile } from './web-config/web-config-file.js';

/** Where connections go once their handshake is done. */
export interface TlsFrontOptions {
  readonly file: WebConfigFile;
  /** Given each connection whose client may come in, with the socket that it travels on. */
  readonly onSecure: (socket: Socket, secure: TLSSocket) => void;
  /** Told of a file that cannot be used, or that can again. */
  readonly onFile: (state: { readonly problem: string | undefined }) => void;
}

/**
 * Makes a function that speaks TLS with each connection it is given, by the settings and certificates of that moment: the file
 * is looked at before each handshake. Connections that were made before a change stay as they are.
 *
 * A connection that comes while the file cannot be used is ended.
 */
export function createTlsFront({ file, onSecure, onFile }: TlsFrontOptions): (socket: Socket) => void {
  // By the client's address and port, which both sockets of a connection have.
  const underWay = new Map<string, Socket>();
  let current: CurrentTls | undefined;
  let server: Server | undefined;

  function serverNow(): Server | undefined {
    const tls = file.tls();
    if (tls === current) return server;
    if (tls.kind !== 'on') {
      onFile({
        problem:
          tls.kind === 'off'
            ? 'tls_server_config was removed, which takes a restart'
            : tls.problems.map(({ key, complaint }) => `${key} ${complaint}`.trim()).join('; '),
      });
      return undefined;
    }
    current = tls;
    server = serve(tls.settings, createServer(tls.options));
    onFile({ problem: undefined });
    return server;
  }

  function serve(settings: TlsSettings, made: Server): Server {
    made.on('secureConnection', (secure) => {
      const socket = underWay.get(keyOf(secure));
      if (socket === undefined || !isAllowed(settings, secure)) secure.destroy();
      else onSecure(socket, secure);
    });
    // A handshake that fails ends its own connection.
    made.on('tlsClientError', (_error, secure) => secure.destroy());
    return made;
  }

  return (socket) => {
    const now = serverNow();
    if (now === undefined) {
      socket.destroy();
      return;
    }
    const key = keyOf(socket);
    underWay.set(key, socket);
    socket.once('close', () => {
      if (underWay.get(key) === socket) underWay.delete(key);
    });
    now.emit('connection', socket);
  };
}

function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

function isAllowed({ clientAuth, clientAllowedSans }: TlsSettings, secure: TLSSocket): boolean {
  const certificate = secure.getPeerX509Certificate();
  return isClientAllowed(
    clientAuth,
    clientAllowedSans,
    certificate && { isVerified: secure.authorized, subjectAltName: certificate.subjectAltName },
  );
}
