import type { Family, Sample } from './collector.js';
import type { Prober } from './prober.js';

/** The metrics of something that is probed. */
export interface ProbeFamilies {
  readonly up: Family;
  readonly latency: Family;
  readonly timestamp: Family;
  readonly probes: Family;
}

/**
 * @param prefix - Of all names, such as `redis`.
 * @param what - What is probed, for the help.
 * @param question - What a probe asks.
 */
export function probeFamilies(prefix: string, what: string, question: string): ProbeFamilies {
  return {
    up: {
      name: `${prefix}_up`,
      help: `1 if ${what} answered the last ${question} in time, else 0.`,
      type: 'gauge',
      labelNames: ['name'],
      aggregator: 'min',
    },
    latency: {
      name: `${prefix}_latency_seconds`,
      help: `How long the answer to the last ${question} took; absent where there was none.`,
      type: 'gauge',
      labelNames: ['name'],
      aggregator: 'max',
    },
    timestamp: {
      name: `${prefix}_probe_timestamp_seconds`,
      help: `When the last ${question} ended, whatever came of it.`,
      type: 'gauge',
      labelNames: ['name'],
      aggregator: 'min',
    },
    probes: {
      name: `${prefix}_probes_total`,
      help: `Each ${question} by its result.`,
      type: 'counter',
      labelNames: ['name', 'result'],
    },
  };
}

/** What a prober knows. */
export function* probeSamples(families: ProbeFamilies, name: string, prober: Prober): Generator<Sample> {
  const labels = { name };
  for (const [result, value] of prober.results) {
    yield { family: families.probes, labels: { name, result }, value };
  }
  const { state } = prober;
  if (state === undefined) return;
  yield { family: families.up, labels, value: state.isUp ? 1 : 0 };
  yield { family: families.timestamp, labels, value: state.probedAtSeconds };
  if (state.latencySeconds !== undefined) {
    yield { family: families.latency, labels, value: state.latencySeconds };
  }
}
