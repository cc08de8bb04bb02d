import { QueueMetricsError } from './queue-metrics-error.js';
import type { QueueState } from './queue-state.js';

/** The longest time that a timer can wait. */
const MAX_MILLISECONDS = 2 ** 31 - 1;

const MAX_NAME_LENGTH = 256;

/** @throws QueueMetricsError unless it is a whole number of milliseconds that a timer can wait. */
export function checkMilliseconds(option: string, ms: number): void {
  if (!Number.isSafeInteger(ms) || ms < 1 || ms > MAX_MILLISECONDS)
    throw new QueueMetricsError(`${option} has to be a number of milliseconds from 1, got ${String(ms)}.`);
}

/**
 * The names of queues become values of a label: whole text, each once, of bounded length. Any character is allowed but NUL, which
 * no broker on SQL can have in a name.
 *
 * @throws QueueMetricsError that says where the name is, and not what it is.
 */
export function checkNames(names: readonly string[]): void {
  if (!Array.isArray(names) || names.length === 0)
    throw new QueueMetricsError('names has to list the queues that get series: at least one.');
  const seen = new Set<string>();
  for (const [index, name] of names.entries()) {
    const place = `names[${index}]`;
    if (typeof name !== 'string' || name === '' || name.length > MAX_NAME_LENGTH)
      throw new QueueMetricsError(`${place} has to be a text of 1 to ${MAX_NAME_LENGTH} characters.`);
    // A lone surrogate would be another character in each encoding.
    if (name.includes('\0') || /\p{Surrogate}/u.test(name))
      throw new QueueMetricsError(`${place} has to be well-formed text without NUL.`);
    if (seen.has(name)) throw new QueueMetricsError(`${place} is in names twice.`);
    seen.add(name);
  }
}

/**
 * Those of the states that are wanted, in the order of their life.
 *
 * @throws QueueMetricsError for none, or one that the reader does not know.
 */
export function chooseStates<State extends QueueState>(
  wanted: readonly State[],
  known: readonly State[],
): readonly State[] {
  if (wanted.length === 0 || !wanted.every((state) => known.includes(state)))
    throw new QueueMetricsError(`states has to name one or more of ${known.join(', ')}.`);
  return known.filter((state) => wanted.includes(state));
}
