import type { TaskMetricsOptions } from './create-task-metrics.js';
import { ERROR_CLASSES } from './error-class.js';
import { taskNameProblem } from './name-problems.js';
import { type OptionNames, optionNameProblems } from './option-names.js';

const PREFIX = /^[a-z][a-z0-9_]{0,59}_$/;
const OPTIONS: OptionNames<TaskMetricsOptions> = {
  topology: true,
  taskNames: true,
  errorClasses: true,
  durationBuckets: true,
  waitBuckets: true,
  prefix: true,
  store: true,
  registers: true,
  now: true,
};
const CLASS_NAME = /^[a-z][a-z0-9_]{0,49}$/;

/** Everything that is wrong with the options of task metrics. */
export function optionProblems(options: unknown): string[] {
  if (typeof options !== 'object' || options === null) return ['expected an object of options'];
  const { topology, taskNames, errorClasses, durationBuckets, waitBuckets, prefix } = options as Record<
    string,
    unknown
  >;
  return [
    ...optionNameProblems(options, OPTIONS),
    ...taskProblems(topology, taskNames),
    ...classProblems(errorClasses ?? {}),
    ...bucketProblems('durationBuckets', durationBuckets),
    ...bucketProblems('waitBuckets', waitBuckets),
    ...prefixProblems(prefix),
  ];
}

/** What is wrong with a prefix of metric names. */
export function prefixProblems(prefix: unknown): string[] {
  if (prefix === undefined || prefix === '') return [];
  return typeof prefix === 'string' && PREFIX.test(prefix)
    ? []
    : ['prefix: expected lower-case letters, digits and _, with _ at its end, such as celery_'];
}

function taskProblems(topology: unknown, taskNames: unknown): string[] {
  if ((topology === undefined) === (taskNames === undefined))
    return ['topology, taskNames: expected one of the two'];
  if (taskNames === undefined) return [];
  if (!Array.isArray(taskNames) || taskNames.length === 0) return ['taskNames: expected a list of names'];
  const problems = taskNames.flatMap((name: unknown, position) => {
    const problem = taskNameProblem(name);
    return problem === undefined ? [] : [`taskNames[${position}] ${problem}`];
  });
  if (new Set(taskNames).size < taskNames.length) problems.push('taskNames: has one of them twice');
  return problems;
}

function classProblems(classes: unknown): string[] {
  if (typeof classes !== 'object' || classes === null || Array.isArray(classes))
    return ['errorClasses: expected functions by name'];
  return Object.entries(classes).flatMap(([name, test], position) => {
    if (!CLASS_NAME.test(name))
      return [
        `errorClasses: the name of class ${position} is none; expected lower-case letters, digits and _`,
      ];
    if ((ERROR_CLASSES as readonly string[]).includes(name))
      return [`errorClasses.${name}: is built in; expected another name`];
    return typeof test === 'function' ? [] : [`errorClasses.${name}: expected a function`];
  });
}

function bucketProblems(option: string, buckets: unknown): string[] {
  if (buckets === undefined) return [];
  const isList =
    Array.isArray(buckets) && buckets.length > 0 && buckets.every((each) => Number.isFinite(each));
  return isList ? [] : [`${option}: expected a list of seconds`];
}
