import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** A body that is too large to be made at once. */
export interface BodyPieces {
  /** Made one by one as the client takes them; whoever stops early returns the iterator. */
  readonly pieces: Iterable<Uint8Array>;
  /** Whether they are to be compressed on their way out; the answer's headers say so already. */
  readonly gzip: boolean;
}

/** An answer, before it is sent. */
export interface Answer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer | BodyPieces;
}

/** A fixed text: nothing of a request or of an error goes into it. */
export function plainAnswer(status: number, text: string, headers: OutgoingHttpHeaders = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
    body: Buffer.from(`${text}\n`),
  };
}

/**
 * Sends an answer; `HEAD` gets its headers alone. Headers that the response has already stay.
 *
 * A body in pieces is made no faster than the client reads it, and no further once the client is gone.
 *
 * @param onError - Told of a body that could not be finished; its connection is cut, so that nobody takes it for whole.
 */
export function sendAnswer(
  response: ServerResponse,
  { status, headers, body }: Answer,
  onError: (error: unknown) => void = () => {},
): void {
  const isHead = response.req.method === 'HEAD';
  if (Buffer.isBuffer(body)) {
    response.writeHead(status, { ...headers, 'content-length': body.length });
    response.end(isHead ? undefined : body);
    return;
  }
  response.writeHead(status, headers);
  if (isHead) {
    response.end();
    return;
  }
  const source = Readable.from(body.pieces, { objectMode: false });
  const sent = body.gzip ? pipeline(source, createGzip(), response) : pipeline(source, response);
  sent.catch((error: unknown) => {
    response.destroy();
    if (!isGone(error)) onError(error);
  });
}

/** A client that goes away in the middle is no error of ours. */
function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
