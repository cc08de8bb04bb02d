import { QueryProxyError } from './query-proxy-error.js';
import { Refusal } from './refusal.js';

/** Longest part of an upstream's error text that a caller gets, in UTF-16 code units. */
const MAX_ERROR_TEXT = 500;

/** Errors are small; an upstream's error page of any size is not read to its end. */
const MAX_ERROR_BYTES = 64 * 1024;

/** A server with Prometheus's HTTP API. */
export interface Upstream {
  /**
   * Asks one of the API's endpoints and returns its answer's bytes, which are JSON with `"status":"success"`.
   *
   * @param endpoint - The path after `/api/v1/`.
   * @throws Refusal for everything else, `timeout` once `signal` has fired.
   */
  ask(
    endpoint: 'query' | 'query_range',
    parameters: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Uint8Array<ArrayBuffer>>;
}

/** How to reach an {@link Upstream}. */
export interface UpstreamOptions {
  /** Its base, `http://127.0.0.1:9090` or with a path before `/api/v1`. Never followed elsewhere by redirects. */
  readonly url: string | URL;
  /** Sent with every request, such as `authorization`. Never shown to callers. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly maxResponseBytes: number;
}

/**
 * Makes the upstream; opens nothing.
 *
 * @throws QueryProxyError `OPTIONS_INVALID` if the URL is none of http or https, or carries credentials (they belong
 *   into `headers`: URLs end in logs).
 */
export function connectUpstream({ url, headers = {}, maxResponseBytes }: UpstreamOptions): Upstream {
  const base = URL.canParse(String(url)) ? new URL(url) : undefined;
  if (base === undefined || !/^https?:$/.test(base.protocol) || base.username !== '' || base.password !== '')
    throw new QueryProxyError(
      'OPTIONS_INVALID',
      'upstream.url has to be an absolute http or https URL without user and password.',
    );
  const api = `${base.origin}${base.pathname.replace(/\/+$/, '')}/api/v1/`;

  return {
    async ask(endpoint, parameters, signal) {
      const response = await reach(`${api}${endpoint}`, parameters, headers, signal);
      const ok = response.status === 200;
      const bytes = await readBody(response, ok ? maxResponseBytes : MAX_ERROR_BYTES, signal);
      if (!ok) throw refusalFor(response.status, bytes);
      if (!startsWithSuccess(bytes))
        throw new Refusal('upstream_failed', 'the metrics server answered with something else than data');
      return bytes;
    },
  };
}

async function reach(
  url: string,
  parameters: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Response> {
  const ask = (): Promise<Response> =>
    // POST keeps expressions out of the upstream's access log and clear of limits on URLs.
    fetch(url, {
      method: 'POST',
      headers: { ...headers, accept: 'application/json' },
      body: new URLSearchParams(parameters),
      redirect: 'manual',
      signal,
    });
  try {
    try {
      return await ask();
    } catch (error) {
      // The server may close an idle connection in the moment in which it is used again. A query changes nothing, so it
      // may be asked twice.
      if (signal.aborted || !isBrokenConnection(error)) throw error;
      return await ask();
    }
  } catch {
    throw signal.aborted
      ? timedOut()
      : new Refusal('upstream_unreachable', 'the metrics server cannot be reached');
  }
}

function isBrokenConnection(error: unknown): boolean {
  const code = error instanceof Error ? (error.cause as { code?: unknown } | undefined)?.code : undefined;
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
}

async function readBody(
  response: Response,
  limit: number,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const piece of response.body ?? []) {
      length += piece.byteLength;
      if (length > limit)
        throw new Refusal('response_too_large', `the answer is larger than ${limit} bytes: ask for less`);
      pieces.push(piece);
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw signal.aborted
      ? timedOut()
      : new Refusal('upstream_failed', 'the metrics server broke off its answer');
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.byteLength;
  }
  return bytes;
}

/** Both servers write the status first; reading megabytes of JSON again to see it would hold up every other caller. */
function startsWithSuccess(bytes: Uint8Array): boolean {
  return /^\s*\{\s*"status"\s*:\s*"success"/.test(new TextDecoder().decode(bytes.subarray(0, 64)));
}

function refusalFor(status: number, bytes: Uint8Array): Refusal {
  const { errorType, error } = readError(bytes);
  // An engine that ran out of time says so with 503 (Prometheus) or 422 (older ones, VictoriaMetrics).
  if (errorType === 'timeout') return timedOut();
  switch (status) {
    case 400:
    case 422: {
      return new Refusal('query_refused', `the metrics server refused the query: ${error}`);
    }
    case 429:
    case 503: {
      return new Refusal('upstream_overloaded', 'the metrics server is overloaded or not ready');
    }
    case 504: {
      return timedOut();
    }
    default: {
      return new Refusal('upstream_failed', `the metrics server failed with status ${status}`);
    }
  }
}

function readError(bytes: Uint8Array): { errorType: unknown; error: string } {
  try {
    const body: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const { errorType, error } = body as { errorType?: unknown; error?: unknown };
    return {
      errorType,
      error: typeof error === 'string' ? error.slice(0, MAX_ERROR_TEXT) : 'no reason given',
    };
  } catch {
    return { errorType: undefined, error: 'no reason given' };
  }
}

function timedOut(): Refusal {
  return new Refusal('timeout', 'the metrics server did not answer in time');
}
