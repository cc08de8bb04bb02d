import { standardPolicy } from '@promshard/label-policy';

const TASK_NAME = /^[A-Za-z][\w.:/-]{0,99}$/;
const QUEUE_NAME = /^[A-Za-z][\w.-]{0,99}$/;

/** Why a task cannot have this name, or undefined. Names are given by position: one that is refused may be somebody's. */
export function taskNameProblem(name: unknown): string | undefined {
  return problemOf('task_name', name, TASK_NAME, 'letters, digits and _ . : / -');
}

/** Why a queue cannot have this name, or undefined: it must be one for every broker, too. */
export function queueNameProblem(name: unknown): string | undefined {
  return problemOf('queue', name, QUEUE_NAME, 'letters, digits and _ . -');
}

function problemOf(label: string, name: unknown, form: RegExp, allowed: string): string | undefined {
  if (typeof name !== 'string') return `is of type ${typeof name}; expected a text`;
  if (!form.test(name)) return `is no name; expected a letter, and up to 99 ${allowed} after it`;
  const violation = standardPolicy.checkValue(label, name);
  return violation && `looks like what must not be in a label: ${violation.reason}`;
}
