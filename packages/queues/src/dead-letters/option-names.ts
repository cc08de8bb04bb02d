import { type OptionNames, unknownOption } from '../option-names.js';
import { DeadLettersError } from './dead-letters-error.js';

/**
 * Refuses what is no option. A selection whose `queue` is misspelt would mean the letters of all queues.
 *
 * @throws DeadLettersError
 */
export function checkOptionNames<Options extends object>(
  whose: string,
  options: Options,
  known: OptionNames<Options>,
): void {
  const problem = unknownOption(whose, options, known);
  if (problem !== undefined) throw new DeadLettersError('OPTIONS_INVALID', problem);
}
