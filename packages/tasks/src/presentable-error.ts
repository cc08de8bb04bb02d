/**
 * What a broker's library can be given of what a task threw: it reads `message`, `name` and `stack`, and most of them do not
 * survive it when these throw, or when what was thrown is no error.
 *
 * @returns The error itself, wherever it can be read; else one in its place.
 */
export function presentableError(thrown: unknown): Error {
  try {
    if (thrown instanceof Error) {
      const { message, name, stack } = thrown;
      if (typeof message === 'string' && typeof name === 'string' && isTextOrNone(stack)) return thrown;
    } else if (thrown === null || typeof thrown !== 'object') {
      return new Error(`The task threw what is no error: ${String(thrown)}`);
    }
  } catch {
    // It cannot be read.
  }
  return new Error('The task threw what cannot be read as an error.');
}

function isTextOrNone(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

/** How far causes are followed: they may lead back to where they began. */
const MAX_CAUSES = 4;

/**
 * A copy of an error without anything of its own to run or to follow, for what goes through every property: its name, message,
 * stack, `code` and causes.
 */
export function plainError(thrown: unknown, causes: number = MAX_CAUSES): Error {
  const { name, message, stack } = presentableError(thrown);
  const cause = causes > 0 ? memberOf(thrown, 'cause') : undefined;
  const copy =
    cause instanceof Error
      ? new Error(message, { cause: plainError(cause, causes - 1) })
      : new Error(message);
  Object.assign(copy, { name });
  if (stack !== undefined) copy.stack = stack;
  const code = memberOf(thrown, 'code');
  return typeof code === 'string' || typeof code === 'number' ? Object.assign(copy, { code }) : copy;
}

function memberOf(thrown: unknown, name: 'cause' | 'code'): unknown {
  try {
    const value =
      thrown instanceof Error && name in thrown ? (thrown as Error & { code?: unknown })[name] : undefined;
    // Whether it is an error is asked here, too: a proxy may throw at that.
    return value instanceof Error ? value : typeof value === 'object' ? undefined : value;
  } catch {
    return undefined;
  }
}
