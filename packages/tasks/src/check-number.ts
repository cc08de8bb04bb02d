import { TaskMetricsError } from './task-metrics-error.js';

/** @throws TaskMetricsError `OPTIONS_INVALID` where an option is no whole number from `min`. */
export function checkNumber(where: string, option: string, value: unknown, min: number): void {
  if (Number.isSafeInteger(value) && Number(value) >= min) return;
  const received = typeof value === 'number' ? `${value}` : `of type ${typeof value}`;
  throw new TaskMetricsError(
    'OPTIONS_INVALID',
    `${where}: ${option} is ${received}; expected a whole number from ${min}.`,
  );
}
