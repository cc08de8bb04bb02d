import { errorCodeOf } from '../error-code.js';

/** What may be said of a driver's error: its code, else its class. */
export function failureReason(error: unknown): string {
  const what = errorCodeOf(error) ?? classOf(error);
  return what === undefined ? 'failed' : `failed with ${what}`;
}

function classOf(error: unknown): string | undefined {
  try {
    return error instanceof Error && /^\w{1,60}$/.test(error.name) ? error.name : undefined;
  } catch {
    return undefined;
  }
}
