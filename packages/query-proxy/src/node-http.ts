import type { IncomingMessage, ServerResponse } from 'node:http';

import type { QueryProxy } from './create-query-proxy.js';

/**
 * A request of `node:http` as one of the web. Its signal fires when the client goes away.
 *
 * @param target - Path and query as the client sent them, before a framework cut anything off.
 */
export function readIncoming(incoming: IncomingMessage, target: string, response: ServerResponse): Request {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers))
    if (value !== undefined && !name.startsWith(':')) headers.set(name, String(value));
  // The host is not looked at: a client may write anything there. A target that starts with // is a path as well.
  const url = new URL('http://localhost');
  const [path = '/', ...rest] = target.split('?');
  url.pathname = path;
  url.search = rest.join('?');
  // Only GET is answered, and some of the others (TRACE) cannot even be put into a Request.
  const method = incoming.method === 'GET' ? 'GET' : 'POST';
  return new Request(url, { method, headers, signal: gone.signal });
}

/** Sends the proxy's answer; what fails then is a client that went away. */
export async function writeOutgoing(
  proxy: QueryProxy,
  request: Request,
  response: ServerResponse,
): Promise<void> {
  const answered = await proxy(request);
  const body = Buffer.from(await answered.arrayBuffer());
  response.statusCode = answered.status;
  // One by one: `set-cookie` may come more than once.
  for (const [name, value] of answered.headers) response.appendHeader(name, value);
  response.setHeader('content-length', body.length);
  response.end(body);
}
