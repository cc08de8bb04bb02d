/**
 * `OPTIONS_INVALID`: options of metrics or of an adapter that cannot be; `TOPOLOGY_INVALID`: a topology that cannot be;
 * `TASK_NOT_REGISTERED`: a task that nobody registered.
 */
export type TaskMetricsErrorCode = 'OPTIONS_INVALID' | 'TOPOLOGY_INVALID' | 'TASK_NOT_REGISTERED';

/**
 * Something was put together wrongly; thrown when it is. While jobs run it is thrown only by a job whose task is not
 * registered: it fails with it, for the broker.
 */
export class TaskMetricsError extends Error {
  override readonly name = 'TaskMetricsError';
  readonly code: TaskMetricsErrorCode;

  constructor(code: TaskMetricsErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
