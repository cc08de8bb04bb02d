/** The labels of an answer: classes of status codes, and what became of requests that have none. */
export const STATUS_LABELS = ['other', '1xx', '2xx', '3xx', '4xx', '5xx', 'aborted'] as const;

/** The client went away before it had the whole answer. */
export const ABORTED = 6;
/** The server broke off its own answer. */
export const BROKEN_OFF = 5;

/** Where the class of a status code is in `STATUS_LABELS`; codes from 600 on are of none. */
export function statusIndex(code: number): number {
  return code >= 100 && code < 600 ? Math.trunc(code / 100) : 0;
}
