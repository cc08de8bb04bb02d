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

/** A copy of an error without anything of its own to run or to follow, for what goes through every property. */
export function plainError(thrown: unknown): Error {
  const { name, message, stack } = presentableError(thrown);
  const copy = Object.assign(new Error(message), { name });
  if (stack !== undefined) copy.stack = stack;
  const code = codeOf(thrown);
  return code === undefined ? copy : Object.assign(copy, { code });
}

function codeOf(thrown: unknown): string | number | undefined {
  try {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
    return typeof code === 'string' || typeof code === 'number' ? code : undefined;
  } catch {
    return undefined;
  }
}
