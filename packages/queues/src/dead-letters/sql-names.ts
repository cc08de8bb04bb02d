import { DeadLettersError } from './dead-letters-error.js';

/** A name of SQL in quotes, so that it can be nothing but a name. */
export function quoted(option: string, name: string): string {
  if (!/^[A-Za-z_][\w$]{0,62}$/.test(name))
    throw new DeadLettersError('OPTIONS_INVALID', `${option} has to be a plain name of at most 63 letters, digits or underscores.`);
  return `"${name}"`;
}
