/** What a worker can be asked to do, and with what; Celery's tasks have the same names and arguments. */
export type Job =
  | { readonly task: 'hash-file'; readonly args: readonly [path: string] }
  | { readonly task: 'call-service'; readonly args: readonly [seconds: number] };

/** What a worker tells its pool. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'ended'; readonly outcome: 'success' | 'failure' };
