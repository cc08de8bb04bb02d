import { HealthOptionsError } from './health-options-error.js';

/**
 * Refuses what is no option: a misspelt one would be ignored in silence.
 *
 * @param known - All options, which the compiler compares with their type.
 * @throws HealthOptionsError
 */
export function checkOptionNames<Options extends object>(
  whose: string,
  options: Options,
  known: Readonly<Record<keyof Options, true>>,
): void {
  for (const name of Object.keys(options))
    if (!Object.hasOwn(known, name))
      throw new HealthOptionsError(
        `${whose} has no option ${name}; its options are ${Object.keys(known).join(', ')}.`,
      );
}
