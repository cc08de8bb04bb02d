/** Addresses that may be listened on all the same, each with its reason. */
export type PermittedAddresses = ReadonlyMap<string, string>;

/** The variable that lists them. */
export const ALLOW_VARIABLE = 'PROMSHARD_ALLOW_LISTEN';

/**
 * Reads `127.0.0.1:9229=a debugger of our own; unix:/run/app/health.sock=health checks of the supervisor`.
 *
 * @throws {TypeError} for an entry without an address or a reason.
 */
export function parsePermitted(text: string | undefined): PermittedAddresses {
  const permitted = new Map<string, string>();
  for (const entry of (text ?? '').split(';')) {
    if (entry.trim() === '') continue;
    const at = entry.indexOf('=');
    const address = entry.slice(0, Math.max(at, 0)).trim();
    const reason = entry.slice(at + 1).trim();
    if (at === -1 || !/^(?:unix:.|(?:udp:)?\S+:\d+$|inspector$)/.test(address) || reason === '') {
      throw new TypeError(
        `${ALLOW_VARIABLE} has an entry that cannot be read. Expected address=reason, separated by semicolons, ` +
          'for example 127.0.0.1:9229=a debugger of our own; unix:/run/app/health.sock=health checks of the supervisor.',
      );
    }
    permitted.set(address, reason);
  }
  return permitted;
}

/** What a call of `listen` asks for, as {@link parsePermitted} names it: `127.0.0.1:80`, `unix:/a.sock`, `handle`. */
export function listenAddress(args: readonly unknown[]): string {
  const [first, second] = args;
  if (typeof first === 'object' && first !== null) {
    const { path, port, host } = first as { path?: unknown; port?: unknown; host?: unknown };
    if (typeof path === 'string') return `unix:${path}`;
    if (port !== undefined) return tcpAddress(port, host);
    return Array.isArray(first) ? listenAddress(first as unknown[]) : 'handle';
  }
  if (typeof first === 'string' && !/^\d+$/.test(first)) return `unix:${first}`;
  return tcpAddress(typeof first === 'function' ? undefined : first, second);
}

/** As {@link listenAddress}, for a datagram socket's `bind`. */
export function bindAddress(args: readonly unknown[]): string {
  const [first, second] = args;
  if (typeof first === 'object' && first !== null) {
    const { port, address } = first as { port?: unknown; address?: unknown };
    return `udp:${tcpAddress(port, address)}`;
  }
  return `udp:${tcpAddress(typeof first === 'function' ? undefined : first, second)}`;
}

/** Without a host Node.js listens on all. */
function tcpAddress(port: unknown, host: unknown): string {
  const shownHost = typeof host === 'string' && host !== '' ? host : '*';
  return `${shownHost}:${typeof port === 'number' || typeof port === 'string' ? port : 0}`;
}
