import { TaskMetricsError } from './task-metrics-error.js';

/** The names of all options of a type: the compiler finds one that is missing, or too many. */
export type OptionNames<Options> = Readonly<Record<keyof Options, true>>;

/** What is wrong with the names of options: a misspelt one would be ignored in silence. */
export function optionNameProblems(options: object, known: Readonly<Record<string, true>>): string[] {
  return Object.keys(options)
    .filter((name) => !Object.hasOwn(known, name))
    .map((name) => `${name}: there is no such option; expected some of ${Object.keys(known).join(', ')}`);
}

/** @throws TaskMetricsError `OPTIONS_INVALID` for what is no option. */
export function checkOptionNames<Options extends object>(
  where: string,
  options: Options,
  known: OptionNames<Options>,
): void {
  const [problem] = optionNameProblems(options, known);
  if (problem !== undefined) throw new TaskMetricsError('OPTIONS_INVALID', `${where}: ${problem}.`);
}
