import { type Collector, createCollectors } from '@promshard/collectors';
import { Registry } from 'prom-client';
import { expect, onTestFinished } from 'vitest';

/** How often dependencies are probed here, and how long that may take. */
export const TIMES = { intervalMs: 50, timeoutMs: 300 };

/** A registry with collectors at work until the test is over. */
export function collecting(...collectors: readonly Collector[]): Registry {
  const registry = new Registry();
  const { close } = createCollectors({ registry, collectors, ...TIMES });
  onTestFinished(close);
  return registry;
}

/** The value of one series; undefined where there is none. */
export async function valueOf(registry: Registry, series: string): Promise<number | undefined> {
  const text = await registry.metrics();
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

/** Waits until a series has a value. */
export async function untilValue(registry: Registry, series: string, value: number): Promise<void> {
  await expect.poll(() => valueOf(registry, series), { timeout: 30_000, interval: 20 }).toBe(value);
}

/** Waits until a counter is above what it is now. */
export async function untilRisen(registry: Registry, series: string): Promise<void> {
  const before = (await valueOf(registry, series)) ?? 0;
  await expect
    .poll(() => valueOf(registry, series), { timeout: 30_000, interval: 20 })
    .toBeGreaterThan(before);
}
