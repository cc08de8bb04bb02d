import { isIP } from 'node:net';
import path from 'node:path';

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/i;
const MAX_NAME_LENGTH = 253;
const MAX_LABEL_LENGTH = 63;

const UNIX = 'unix:';
/** What fits into `sockaddr_un` everywhere, the NUL at its end left out: 103 on macOS and the BSDs, 107 on Linux. */
const MAX_SOCKET_PATH_BYTES = 103;

/**
 * Says what keeps a text from being an address to listen on, or nothing if it is an IP literal, a host
 * name (RFC 1123, and underscores as in compose service names) or `unix:` and the path of a socket.
 */
export function hostComplaint(host: string): string | undefined {
  if (host.startsWith(UNIX)) return socketComplaint(host.slice(UNIX.length));
  if (isIP(host) !== 0) return undefined;
  if (host.includes('://')) return 'is a URL, not a host';
  if (host.startsWith('[')) return 'has brackets, which belong to URLs only';
  if (host.includes(':')) return 'has a colon but is no IPv6 address; the port has its own variable';
  if (host.length > MAX_NAME_LENGTH) return `is longer than ${MAX_NAME_LENGTH} characters`;
  const labels = host.replace(/\.$/, '').split('.');
  if (!labels.every((label) => label.length <= MAX_LABEL_LENGTH && LABEL.test(label))) {
    return 'is neither an IP address nor a host name';
  }
  // Resolvers take "127.1" or "0x7f.1" for addresses of their own reading.
  if (/^(?:[0-9]+|0x[0-9a-f]*)$/i.test(labels.at(-1) ?? '')) return 'ends in a number but is no IPv4 address';
  return undefined;
}

function socketComplaint(socket: string): string | undefined {
  if (!path.isAbsolute(socket)) return 'names a Unix socket by a relative path';
  if (socket.endsWith('/')) return 'names a directory, not a Unix socket';
  if (socket.includes('\0')) return 'has a NUL in the path of its Unix socket';
  return Buffer.byteLength(socket) > MAX_SOCKET_PATH_BYTES
    ? `names a Unix socket by more than ${MAX_SOCKET_PATH_BYTES} bytes`
    : undefined;
}
