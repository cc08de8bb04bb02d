import { HttpMetricsError } from './http-metrics-error.js';

/**
 * Refuses what is no option: a misspelt one would be ignored in silence.
 *
 * @param known - All options, which the compiler compares with their type.
 * @throws HttpMetricsError
 */
export function checkOptionNames<Options extends object>(
  maker: string,
  options: Options,
  known: Readonly<Record<keyof Options, true>>,
): void {
  for (const name of Object.keys(options))
    if (!Object.hasOwn(known, name))
      throw new HttpMetricsError(
        `${maker} has no option ${name}; its options are ${Object.keys(known).join(', ')}.`,
      );
}
