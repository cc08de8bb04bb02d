import { GAUGE_MODES, isGaugeMode, type GaugeMode } from '@promshard/shard-format';

import { atExit } from '../at-exit.js';
import { listenerOf } from '../sampling/callback-listener.js';
import { setOfStore } from '../set-of-store.js';
import type { ShardStore } from '../shard-store.js';
import type { ProblemListener } from '../store-problem.js';
import { WriterError } from '../writer-error.js';
import { RegistryMirror, type MirrorableRegistry } from './registry-mirror.js';

// setTimeout turns a longer delay into 1 ms.
const LONGEST_TIMER_MS = 2_147_483_647;

/** How a registry is mirrored. */
export interface MirrorOptions {
  /** Milliseconds between two readings of the registry; by default 5,000. */
  readonly intervalMs?: number | undefined;
  /** The store that the metrics go to; by default the thread's. */
  readonly store?: ShardStore | undefined;
  /** Is told what cannot be mirrored as it should; by default the store's listener. */
  readonly onProblem?: ProblemListener | undefined;
  /**
   * How gauges combine across processes: a mode for all, or one for each gauge. By default, and where the function gives
   * undefined, it is what the gauge's own `aggregator` becomes.
   */
  readonly gaugeMode?:
    | GaugeMode
    | ((gauge: { readonly name: string; readonly help: string }) => GaugeMode | undefined)
    | undefined;
}

/** A registry that is mirrored. */
export interface Mirror {
  /**
   * Reads the registry now: what it showed at the call is in the shards when the promise settles. Metrics that take longer
   * than `intervalMs` are not waited for. Never rejects.
   */
  mirrorNow(): Promise<void>;
  /** Reads a last time and stops. What was counted stays, and a later mirror of the same metrics goes on from there. */
  close(): Promise<void>;
}

/**
 * Copies the metrics of a registry into the shards every `intervalMs`: those of libraries that count with
 * prom-client, or `@prometheus-io/client`, directly. Metrics of this library are passed over; they write themselves.
 *
 * It keeps no process alive. When the process ends it takes what can be had without waiting, which is everything but what
 * `collect` callbacks would set; to have them run, await `close()` first.
 *
 * @param registry - prom-client's `register`, or any other `Registry`.
 * @throws {@link WriterError} `MIRROR_INVALID` where the registry or an option is none, `STORE_UNKNOWN` for the store.
 */
export function mirrorRegistry(registry: MirrorableRegistry, options: MirrorOptions = {}): Mirror {
  const { intervalMs = 5000, store, onProblem, gaugeMode } = options;
  check(registry, intervalMs, gaugeMode);
  const set = setOfStore(store, 'the mirrored registry');
  const mirror = new RegistryMirror({
    registry,
    intervalMs,
    store,
    set,
    listener: listenerOf(set, onProblem),
    gaugeMode: typeof gaugeMode === 'function' ? gaugeMode : () => gaugeMode,
  });
  // What this reads may keep the process for a while longer, after which the event comes again.
  const atEnd = (): void => void mirror.mirrorNow();
  process.once('beforeExit', atEnd);
  const forgetExit = atExit(() => mirror.readAtOnce());
  return {
    mirrorNow: () => mirror.mirrorNow(),
    close: () => {
      process.off('beforeExit', atEnd);
      forgetExit();
      return mirror.close();
    },
  };
}

function check(registry: unknown, intervalMs: unknown, gaugeMode: unknown): void {
  if (typeof (registry as Partial<MirrorableRegistry> | undefined)?.getMetricsAsArray !== 'function') {
    throw new WriterError(
      'MIRROR_INVALID',
      "mirrorRegistry() was given no registry: getMetricsAsArray() is missing. Expected prom-client's register, for example.",
    );
  }
  if (typeof intervalMs !== 'number' || !(intervalMs >= 1 && intervalMs <= LONGEST_TIMER_MS)) {
    throw new WriterError(
      'MIRROR_INVALID',
      `intervalMs of mirrorRegistry() is ${String(intervalMs)}. Expected milliseconds from 1 to ${LONGEST_TIMER_MS}.`,
    );
  }
  if (gaugeMode === undefined || typeof gaugeMode === 'function') return;
  if (typeof gaugeMode === 'string' && isGaugeMode(gaugeMode)) return;
  throw new WriterError(
    'MIRROR_INVALID',
    `gaugeMode of mirrorRegistry() is none. Expected a function, or one of ${GAUGE_MODES.join(', ')}.`,
  );
}
