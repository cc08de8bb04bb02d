import type { IncomingMessage, ServerResponse } from 'node:http';

import { ABORTED, BROKEN_OFF, statusIndex } from './status-class.js';

/** What is read of a connection, and of an HTTP/2 stream in its place. */
interface Connection {
  readonly destroyed?: boolean;
  readonly readableEnded?: boolean;
  readonly errored?: (Error & { readonly code?: string; readonly syscall?: string }) | null;
}

interface Http2Stream {
  readonly aborted: boolean;
  readonly rstCode: number;
  readonly sentHeaders?: { readonly ':status'?: number };
}

/**
 * How an answer ended, as an index of `STATUS_LABELS`.
 *
 * Node.js 20 and 22 say `finish` also of a response whose last bytes found no connection any more, so a destroyed connection
 * is an answer that did not arrive, whatever the response says of itself.
 *
 * @param isFinished - Whether the response has said `finish`.
 */
export function outcomeOf(response: ServerResponse, isFinished: boolean): number {
  const stream = (response as { readonly stream?: Http2Stream }).stream;
  if (stream !== undefined) return http2Outcome(response, stream, isFinished);
  const connection = (response.req as IncomingMessage | undefined)?.socket as Connection | undefined;
  if (isFinished && connection?.destroyed !== true) return statusIndex(response.statusCode);
  return connection !== undefined && isClientGone(connection) ? ABORTED : BROKEN_OFF;
}

/** Whether it was the client that ended the connection, or sent what ended it. */
function isClientGone({ readableEnded, errored }: Connection): boolean {
  if (readableEnded === true) return true;
  if (errored === undefined || errored === null) return false;
  const { code = '', syscall } = errored;
  // From the kernel; cancelled writes are of a connection that this process destroyed.
  if (syscall !== undefined) return code !== 'ECANCELED';
  // From the parser: a request that is no HTTP, or took longer than the server waits.
  return code.startsWith('HPE_') || code === 'ERR_HTTP_REQUEST_TIMEOUT';
}

const NO_ERROR = 0;
const CANCEL = 8;

function http2Outcome(response: ServerResponse, stream: Http2Stream, isFinished: boolean): number {
  // A listener of `stream` answers without the response, of which the code is 200 then.
  const statusCode = stream.sentHeaders?.[':status'] ?? response.statusCode;
  if (isFinished && stream.rstCode === NO_ERROR && !stream.aborted) return statusIndex(statusCode);
  return stream.rstCode === NO_ERROR || stream.rstCode === CANCEL ? ABORTED : BROKEN_OFF;
}
