import { Gauge } from '@promshard/writer/metrics';

import { type MetricPlace, placed } from './metric-families.js';
import { checkOptionNames } from './option-names.js';
import { TaskMetricsError } from './task-metrics-error.js';

/** How a worker shows that it is up. */
export interface HeartbeatOptions {
  /** Milliseconds between two beats; by default 5,000. */
  readonly intervalMs?: number;
}

/** A worker that is up. */
export interface Heartbeat {
  /** The worker takes no further jobs: it is counted as up no longer. A second call does nothing. */
  stop(): void;
}

const DEFAULT_INTERVAL_MS = 5000;

/**
 * Shows this thread as a worker that is up: `worker_up`, and the time of its last beat. A beat needs the event loop, so a
 * worker that hangs is up and beats no longer. The timer keeps no process alive.
 *
 * @throws TaskMetricsError `OPTIONS_INVALID` for an interval that cannot be.
 */
export function startHeartbeat(place: MetricPlace, options: HeartbeatOptions = {}): Heartbeat {
  checkOptionNames('startHeartbeat()', options, { intervalMs: true });
  const { intervalMs = DEFAULT_INTERVAL_MS } = options;
  if (!(Number.isFinite(intervalMs) && intervalMs >= 10 && intervalMs <= 86_400_000)) {
    throw new TaskMetricsError(
      'OPTIONS_INVALID',
      `startHeartbeat() has intervalMs ${String(intervalMs)}; expected milliseconds from 10 to 86400000.`,
    );
  }
  const { prefix = '' } = place;
  const up = new Gauge({
    ...placed(place),
    name: `${prefix}worker_up`,
    help: 'Workers that are up and take jobs.',
    multiprocessMode: 'livesum',
  });
  const last = new Gauge({
    ...placed(place),
    name: `${prefix}worker_last_heartbeat_timestamp_seconds`,
    help: 'Unix time of the last heartbeat of the living worker that has been silent for longest.',
    multiprocessMode: 'livemin',
  });
  up.set(1);
  last.setToCurrentTime();
  const timer = setInterval(() => last.setToCurrentTime(), intervalMs).unref();
  let isUp = true;
  return {
    stop() {
      if (!isUp) return;
      isUp = false;
      clearInterval(timer);
      up.set(0);
      // Not to be the most silent of the living for as long as this process lives.
      last.remove();
    },
  };
}
