import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';

import type { Answer, BodyPieces } from '../answer.js';
import type { OutgoingAnswer } from '../unread-answers.js';

/**
 * An answer as the web's `Response`. A body in pieces is made no faster than it is read, and no further once its
 * reader cancels.
 *
 * @param onBody - Given each body in pieces, which holds memory until it is read.
 * @param onError - Told of a body that could not be finished; its reader gets an error, too.
 */
export function webResponse(
  { status, headers, body }: Answer,
  isHead: boolean,
  onBody: (body: OutgoingAnswer) => void,
  onError: (error: unknown) => void,
): Response {
  const fields = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) fields.set(name, value.toString());
  }
  if (Buffer.isBuffer(body)) {
    fields.set('content-length', `${body.length}`);
    return new Response(isHead ? null : new Uint8Array(body), { status, headers: fields });
  }
  if (isHead) return new Response(null, { status, headers: fields });
  const stream = streamOf(body, onError);
  onBody(stream);
  // Node's own type of the web's stream, and the one that Response asks for, are the same at run time.
  return new Response(Readable.toWeb(stream) as ReadableStream, { status, headers: fields });
}

function streamOf({ pieces, gzip }: BodyPieces, onError: (error: unknown) => void): Readable {
  const source = Readable.from(pieces, { objectMode: false });
  const tell = (error: NodeJS.ErrnoException | null | undefined): void => {
    if (error !== null && error !== undefined && !isGone(error)) onError(error);
  };
  if (gzip) return pipeline(source, createGzip(), tell);
  source.once('error', tell);
  return source;
}

/** A reader that cancels is no error of ours. */
function isGone({ code, name }: NodeJS.ErrnoException): boolean {
  return code === 'ERR_STREAM_PREMATURE_CLOSE' || name === 'AbortError';
}
