import { QueueMetricsError } from './queue-metrics-error.js';

/** The names of all options of a type: the compiler finds one that is missing, or too many. */
export type OptionNames<Options> = Readonly<Record<keyof Options, true>>;

/**
 * What is wrong where one of the options is none: a misspelt one would be ignored in silence.
 *
 * @returns A sentence; undefined where nothing is wrong.
 */
export function unknownOption<Options extends object>(
  whose: string,
  options: Options,
  known: OptionNames<Options>,
): string | undefined {
  const name = Object.keys(options).find((each) => !Object.hasOwn(known, each));
  return name === undefined
    ? undefined
    : `${whose} has no option ${name}; its options are ${Object.keys(known).join(', ')}.`;
}

/** @throws QueueMetricsError for what is no option. */
export function checkOptionNames<Options extends object>(
  whose: string,
  options: Options,
  known: OptionNames<Options>,
): void {
  const problem = unknownOption(whose, options, known);
  if (problem !== undefined) throw new QueueMetricsError(problem);
}
