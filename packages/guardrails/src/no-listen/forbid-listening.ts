import dgram from 'node:dgram';
import inspector from 'node:inspector';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

import { ListenForbiddenError } from './listen-forbidden-error.js';
import { bindAddress, listenAddress, type PermittedAddresses } from './permitted-addresses.js';

type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Makes everything in this thread that would listen throw {@link ListenForbiddenError}: servers of `net`, `http`, `https`, `http2` and
 * `tls` (which all listen by `net.Server`), on ports, unix sockets and handles, in a cluster's worker too; datagram sockets that are
 * bound; the inspector when code opens it. Cannot be undone.
 *
 * A datagram socket that only sends is bound by Node.js to any free port; that passes.
 */
export function forbidListening(permitted: PermittedAddresses): void {
  const isPermitted = (address: string): boolean => permitted.has(address);

  const server = net.Server.prototype as unknown as Record<'listen' | '_listen2', Method>;
  // The step inside of `listen` can be called by itself; only servers whose `listen` was permitted may take it.
  const mayListen = new WeakSet();
  const { listen, _listen2: openHandle } = server;
  function guardedListen(this: unknown, ...args: unknown[]): unknown {
    const address = listenAddress(args);
    if (!isPermitted(address)) throw new ListenForbiddenError(address, guardedListen);
    mayListen.add(this as object);
    return listen.apply(this, args);
  }
  function guardedOpenHandle(this: unknown, ...args: unknown[]): unknown {
    if (!mayListen.has(this as object)) throw new ListenForbiddenError('handle', guardedOpenHandle);
    return openHandle.apply(this, args);
  }
  replace(server, 'listen', guardedListen);
  replace(server, '_listen2', guardedOpenHandle);

  const socket = dgram.Socket.prototype as unknown as Record<'bind' | 'send' | 'connect', Method>;
  const { bind, send, connect } = socket;
  // How deep in `send` and `connect` this is: both bind by themselves, and synchronously.
  let sending = 0;
  function guardedBind(this: unknown, ...args: unknown[]): unknown {
    const address = bindAddress(args);
    if (sending === 0 && !isPermitted(address)) throw new ListenForbiddenError(address, guardedBind);
    return bind.apply(this, args);
  }
  const asSender = (method: Method): Method =>
    function asSenderOnly(this: unknown, ...args: unknown[]): unknown {
      sending += 1;
      try {
        return method.apply(this, args);
      } finally {
        sending -= 1;
      }
    };
  replace(socket, 'bind', guardedBind);
  replace(socket, 'send', asSender(send));
  replace(socket, 'connect', asSender(connect));

  const debug = inspector as unknown as Record<'open', Method>;
  const { open } = debug;
  function guardedInspector(this: unknown, ...args: unknown[]): unknown {
    if (!isPermitted('inspector')) throw new ListenForbiddenError('inspector', guardedInspector);
    return open.apply(this, args);
  }
  replace(debug, 'open', guardedInspector);
  // `import { open } from 'node:inspector'` sees it too.
  syncBuiltinESMExports();
}

/** Not writable and not configurable, so that nothing puts the original back. */
function replace<K extends string>(target: Record<K, Method>, name: K, method: Method): void {
  Object.defineProperty(target, name, { value: method, writable: false, configurable: false });
}
