/** Codes of system calls, of Postgres (SQLSTATE) and of drivers: identifiers, never text of anybody's. */
const CODE = /^[A-Z0-9_]{2,40}$/;

/** What may be said of a driver's error: its code, or that of its cause. A message may hold an address, a user or a password. */
export function failureReason(error: unknown): string {
  for (let depth = 0, at = error; depth < 5 && at instanceof Error; depth += 1, at = at.cause) {
    const code: unknown = (at as { code?: unknown }).code;
    if (typeof code === 'string' && CODE.test(code)) return `failed with ${code}`;
    // The first word of an error reply of Redis is its code: WRONGTYPE, NOAUTH, READONLY.
    if (at.name === 'ReplyError') return `failed with ${/^[A-Z]+/.exec(at.message)?.[0] ?? 'an error reply'}`;
    if (at instanceof AggregateError && at.errors.length > 0) return failureReason(at.errors[0]);
  }
  return error instanceof Error ? `failed with ${error.name}` : 'failed';
}
