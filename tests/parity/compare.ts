import { vi } from 'vitest';

import type { Case, Context } from './case.js';
import type { Client } from './record-calls.js';

/** What a case showed of a library. */
export interface Outcome {
  readonly result: unknown;
  readonly text: string;
  readonly json: unknown;
  readonly openMetrics: string;
  readonly openMetricsJson: unknown;
}

/** Time stands still but for what a case lets pass; it begins anew with each run. */
const START = Date.UTC(2026, 0, 1);

/** New registries of a library, and time at its beginning. `Date` and `process.hrtime` must be fake. */
export function contextOf(client: Client): Context {
  vi.setSystemTime(START);
  const { Registry } = client;
  const registry = new Registry();
  return {
    client,
    registry,
    openMetrics: new Registry('application/openmetrics-text; version=1.0.0; charset=utf-8'),
    registers: [registry],
    wait: (milliseconds) => vi.advanceTimersByTime(milliseconds),
    attempt,
  };
}

/** Runs a case on a library. */
export async function outcomeOf(client: Client, run: Case): Promise<Outcome> {
  const context = contextOf(client);
  const { registry, openMetrics } = context;
  const result = await run(context);
  return {
    result,
    text: await registry.metrics(),
    json: await registry.getMetricsAsJSON(),
    openMetrics: await openMetrics.metrics(),
    openMetricsJson: await openMetrics.getMetricsAsJSON(),
  };
}

function attempt(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    if (error instanceof Error) return { name: error.name, message: error.message };
    throw error;
  }
}
