import { CollectorsError } from './collectors-error.js';

/** @throws CollectorsError unless it is a time that a timer can have. */
export function checkTime(option: string, ms: number): void {
  if (!Number.isSafeInteger(ms) || ms < 1 || ms > 2 ** 31 - 1) {
    throw new CollectorsError(
      'OPTIONS_INVALID',
      `${option} has to be a whole number of milliseconds from 1 to 2147483647, got ${String(ms)}.`,
    );
  }
}

/**
 * Neither a URL nor `user@host` passes.
 *
 * @throws CollectorsError unless it can be the name of a collector.
 */
export function checkName(kind: string, name: string): void {
  if (typeof name !== 'string' || !/^[\w.-]{1,64}$/.test(name)) {
    throw new CollectorsError(
      'OPTIONS_INVALID',
      `The name of a ${kind} collector has to be 1 to 64 letters, digits, dots, dashes or underscores: ` +
        'what you call it, such as "cache", not where it is.',
    );
  }
}

/** @throws CollectorsError unless metrics and labels may be called so. */
export function checkMetricName(what: string, name: string): void {
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) {
    throw new CollectorsError(
      'OPTIONS_INVALID',
      `${what} has to be letters, digits and underscores, not beginning with a digit.`,
    );
  }
}
