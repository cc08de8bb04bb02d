import { queueNameProblem, taskNameProblem } from './name-problems.js';
import { type OptionNames, optionNameProblems } from './option-names.js';
import type { QueueOptions, TaskOptions } from './topology.js';

/** What a topology is declared with. */
export interface TopologyDeclaration<Q extends string = string, T extends string = string> {
  /** The work queues, by name. */
  readonly queues: Readonly<Record<Q, QueueOptions>>;
  /** The tasks, by name. */
  readonly tasks: Readonly<Record<T, TaskOptions<Q>>>;
}

interface NumberRule {
  readonly name: 'concurrency' | 'retryLimit' | 'retryDelaySeconds' | 'expireInSeconds';
  readonly min: number;
}

// Postgres keeps these as 32-bit integers.
const MAX_INTEGER = 2_147_483_647;

const NUMBERS: readonly NumberRule[] = [
  { name: 'concurrency', min: 1 },
  { name: 'retryLimit', min: 0 },
  { name: 'retryDelaySeconds', min: 0 },
  { name: 'expireInSeconds', min: 1 },
];

const QUEUE_OPTIONS: OptionNames<QueueOptions> = {
  concurrency: true,
  retryLimit: true,
  retryDelaySeconds: true,
  expireInSeconds: true,
  retryBackoff: true,
  deadLetterQueue: true,
};
const TASK_OPTIONS: OptionNames<TaskOptions> = { queue: true };

/** Everything that is wrong with a declaration. Names of tasks and queues that are wrong are given by position. */
export function topologyProblems(declaration: unknown): string[] {
  if (!isRecord(declaration)) return ['expected { queues, tasks }'];
  const { queues, tasks } = declaration;
  if (!isRecord(queues) || Object.keys(queues).length === 0)
    return ['queues: expected at least one, by name'];
  if (!isRecord(tasks) || Object.keys(tasks).length === 0) return ['tasks: expected at least one, by name'];
  const problems = Object.entries(queues).flatMap(([name, options], position) =>
    queueProblems(name, options, position, queues),
  );
  const used = new Set<unknown>();
  for (const [position, [name, options]] of Object.entries(tasks).entries()) {
    const wrong = taskNameProblem(name);
    if (wrong !== undefined) problems.push(`the name of task ${position} ${wrong}`);
    const queue = isRecord(options) ? options['queue'] : undefined;
    used.add(queue);
    if (typeof queue !== 'string' || !Object.hasOwn(queues, queue))
      problems.push(`task ${position}: queue is none of the queues; expected { queue: … }`);
    if (isRecord(options))
      problems.push(...optionNameProblems(options, TASK_OPTIONS).map((each) => `task ${position}: ${each}`));
  }
  for (const [position, name] of Object.keys(queues).entries())
    if (!used.has(name)) problems.push(`queue ${position} has no task`);
  return problems;
}

function queueProblems(
  name: string,
  options: unknown,
  position: number,
  queues: Readonly<Record<string, unknown>>,
): string[] {
  const at = `queue ${position}`;
  const wrong = queueNameProblem(name);
  const problems = wrong === undefined ? [] : [`the name of ${at} ${wrong}`];
  if (!isRecord(options)) return [...problems, `${at}: expected an object of options`];
  problems.push(...optionNameProblems(options, QUEUE_OPTIONS).map((each) => `${at}: ${each}`));
  for (const { name: key, min } of NUMBERS) {
    const value = options[key];
    if (
      value !== undefined &&
      !(Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= MAX_INTEGER)
    )
      problems.push(`${at}: ${key} is ${shown(value)}; expected a whole number from ${min}`);
  }
  const { retryBackoff, deadLetterQueue } = options;
  if (retryBackoff !== undefined && typeof retryBackoff !== 'boolean')
    problems.push(`${at}: retryBackoff is of type ${typeof retryBackoff}; expected true or false`);
  if (deadLetterQueue !== undefined) {
    const refused = queueNameProblem(deadLetterQueue);
    if (refused !== undefined) problems.push(`${at}: deadLetterQueue ${refused}`);
    else if (Object.keys(queues).some((each) => each === deadLetterQueue))
      problems.push(`${at}: deadLetterQueue is a work queue; nobody is to work on dead letters`);
  }
  return problems;
}

function shown(value: unknown): string {
  return typeof value === 'number' ? `${value}` : `of type ${typeof value}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
