/**
 * A failure whose message may be shown to whoever asks for health: written by the check's author, without addresses,
 * credentials or values.
 */
export class HealthError extends Error {
  override readonly name = 'HealthError';
}

/** Codes of system calls, of Postgres (SQLSTATE) and of drivers: identifiers, never text of anybody's. */
const CODE = /^[A-Z0-9_]{2,40}$/;

/** What may be said of a failure: a {@link HealthError}'s message, else its `code` or its cause's, else nothing but that it failed. */
export function reasonOf(error: unknown): string {
  try {
    return knownReasonOf(error) ?? 'failed';
  } catch {
    // What was thrown throws itself when it is looked at.
    return 'failed';
  }
}

function knownReasonOf(error: unknown): string | undefined {
  // A cause may be the error itself.
  for (let depth = 0, at = error; depth < 5 && at instanceof Error; depth++, at = at.cause) {
    if (at instanceof HealthError) return at.message;
    const code: unknown = (at as { code?: unknown }).code;
    if (typeof code === 'string' && CODE.test(code)) return `failed with ${code}`;
    // Several addresses of one name were tried.
    if (at instanceof AggregateError && at.errors.length > 0) return knownReasonOf(at.errors[0]);
  }
  return undefined;
}
