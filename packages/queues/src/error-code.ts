/** Codes of system calls, of PostgreSQL (SQLSTATE) and of drivers: identifiers, never text of anybody's. */
const CODE = /^[A-Z0-9_]{2,40}$/;

/**
 * What may be said of a driver's error: its code, or that of its cause. A message may hold an address, a user or a password.
 * Never throws, whatever it is given.
 */
export function errorCodeOf(error: unknown): string | undefined {
  try {
    return codeOf(error);
  } catch {
    // What was thrown throws itself when it is looked at.
    return undefined;
  }
}

function codeOf(error: unknown): string | undefined {
  // A cause may be the error itself.
  for (let depth = 0, at = error; depth < 5 && at instanceof Error; depth += 1, at = at.cause) {
    const code: unknown = (at as { code?: unknown }).code;
    if (typeof code === 'string' && CODE.test(code)) return code;
    // The first word of an error reply of Redis is its code: WRONGTYPE, NOAUTH, READONLY.
    if (at.name === 'ReplyError') return /^[A-Z]+\b/.exec(at.message)?.[0];
    // Several addresses of one name were tried.
    if (at instanceof AggregateError && at.errors.length > 0) return codeOf(at.errors[0]);
  }
  return undefined;
}
