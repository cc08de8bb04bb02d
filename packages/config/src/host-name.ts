import { isIP } from 'node:net';

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/i;
const MAX_NAME_LENGTH = 253;
const MAX_LABEL_LENGTH = 63;

/**
 * Says what keeps a text from being an address to listen on, or nothing if it is an IP literal or a host
 * name (RFC 1123, and underscores as in compose service names).
 */
export function hostComplaint(host: string): string | undefined {
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
