import type { Registry } from 'prom-client';
import { expect } from 'vitest';

/** The samples of a registry as lines, without help and types, and without the time of anything. */
export async function exposed(registry: Registry, prefix = ''): Promise<readonly string[]> {
  const text = await registry.metrics();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.filter((line) => line.startsWith(prefix) && !/_timestamp_seconds|_latency_seconds/.test(line));
}

/** The value of one series; undefined where there is none. */
export async function valueOf(registry: Registry, series: string): Promise<number | undefined> {
  const text = await registry.metrics();
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

/** Waits until a series has a value. */
export async function untilValue(
  registry: Registry,
  series: string,
  value: number | undefined,
): Promise<void> {
  await expect.poll(() => valueOf(registry, series), { timeout: 20_000, interval: 10 }).toBe(value);
}
