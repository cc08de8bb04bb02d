import type { MetricFamily, Sample } from '@promshard/aggregator';
import { vi } from 'vitest';

/** A gauge whose lines are a kilobyte each, and which notes how many of them were looked at. */
export function wideGauge(lines: number, onRead: () => void = () => {}): MetricFamily {
  const wide = 'é'.repeat(500);
  const samples = Array.from({ length: lines }, (_, i): Sample => ({
    name: 'wide',
    labels: [
      ['i', `${i}`],
      ['wide', wide],
    ],
    get value() {
      onRead();
      return i;
    },
  }));
  return { name: 'wide', type: 'gauge', help: '', samples };
}

/** Waits until a count has not moved between two looks. */
export async function untilStill(count: () => number, intervalMs: number): Promise<void> {
  let before = -1;
  await vi.waitUntil(
    () => {
      const isStill = before === count();
      before = count();
      return isStill;
    },
    { interval: intervalMs, timeout: 30_000 },
  );
}
