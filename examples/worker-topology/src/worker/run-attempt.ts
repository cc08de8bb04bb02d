import type { TaskMetrics } from './task-metrics.js';

/** How an attempt ended, for the broker. */
export type Outcome =
  | { readonly kind: 'success'; readonly result: object }
  | { readonly kind: 'failure'; readonly error: { readonly message: string } };

/**
 * Runs one attempt and counts it: started first; then success or failure, and the duration. Never throws.
 */
export async function runAttempt(metrics: TaskMetrics, perform: () => Promise<object>): Promise<Outcome> {
  metrics.started.inc();
  const observeDuration = metrics.duration.startTimer();
  try {
    const result = await perform();
    metrics.succeeded.inc();
    return { kind: 'success', result };
  } catch (error) {
    metrics.failed.inc();
    return { kind: 'failure', error: { message: error instanceof Error ? error.message : String(error) } };
  } finally {
    observeDuration();
  }
}
