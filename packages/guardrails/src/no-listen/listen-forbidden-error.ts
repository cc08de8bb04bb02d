import { ALLOW_VARIABLE } from './permitted-addresses.js';

/** A process that runs under the guard tried to listen. Its stack leads to the call. */
export class ListenForbiddenError extends Error {
  override readonly name = 'ListenForbiddenError';
  readonly code = 'PROMSHARD_LISTEN_FORBIDDEN';
  /** `127.0.0.1:80`, `unix:/run/app.sock`, `udp:*:8125`, `inspector`, or `handle` for an open one. */
  readonly address: string;

  /** @param caller - The function that the stack is to begin below of. */
  constructor(address: string, caller: (...args: never[]) => unknown) {
    super(
      `This process is a worker and must not listen, but something in it tried to listen on ${address}. ` +
        'Its metrics go to shards; the exporter serves them. Take out what listens (the stack shows where), ' +
        `or allow it with a reason: ${ALLOW_VARIABLE}="${address}=why it is right here".`,
    );
    this.address = address;
    Error.captureStackTrace(this, caller);
  }
}
