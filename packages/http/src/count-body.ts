import { type Exchange, exchangeOf } from './exchange.js';

/** The two calls through which all of a body passes. */
export type WriteBody = (chunk?: unknown, encoding?: unknown, callback?: unknown) => unknown;

/** A response whose body is counted. */
export interface BodyTarget {
  write: WriteBody;
  end: WriteBody;
}

/**
 * Counts the bytes of a response's body from here on. The functions are the same for all responses, so a request costs no
 * closure; layers above (compression, a framework) that replace them call these.
 */
export function countBody(response: BodyTarget, exchange: Exchange): void {
  exchange.write = response.write;
  exchange.end = response.end;
  response.write = countedWrite;
  response.end = countedEnd;
}

function countedWrite(this: BodyTarget, chunk?: unknown, encoding?: unknown, callback?: unknown): unknown {
  const exchange = exchangeOf(this) as Exchange;
  // The end of an HTTP/2 response writes.
  if (!exchange.isEnding) exchange.bodyBytes += byteLength(chunk, encoding);
  return (exchange.write as WriteBody).call(this, chunk, encoding, callback);
}

function countedEnd(this: BodyTarget, chunk?: unknown, encoding?: unknown, callback?: unknown): unknown {
  const exchange = exchangeOf(this) as Exchange;
  // Without a body the first argument may be the callback. What comes after the end is not sent.
  if (!exchange.isEnding && chunk !== undefined && chunk !== null)
    exchange.bodyBytes += byteLength(chunk, encoding);
  exchange.isEnding = true;
  return (exchange.end as WriteBody).call(this, chunk, encoding, callback);
}

function byteLength(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string')
    return Buffer.byteLength(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
  return chunk instanceof Uint8Array ? chunk.byteLength : 0;
}
