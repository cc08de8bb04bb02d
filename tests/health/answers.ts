import type { Health, HealthReport } from '@promshard/health';
import { expect } from 'vitest';

/** How long a dependency may take here; an answer has to come well before {@link HUNG_MS}. */
export const TIMEOUT_MS = 400;

/** Nobody would call that an answer within the timeout, however busy the machine. */
const HUNG_MS = 15_000;

/** What nobody may see who asks for health: of the connection, and of the machine. */
const ALWAYS_SECRET = [
  'hunter2',
  '127.0.0.1',
  'localhost',
  'postgres://',
  'redis://',
  'node_modules',
  ' at ',
];

/** Asks as a load balancer does, and holds each answer against what is secret. */
export async function ask(
  health: Health,
  aspect: 'ready' | 'data-plane',
  secrets: readonly string[] = [],
): Promise<HealthReport> {
  const asked = performance.now();
  const response = await health.handle(new Request(`http://service.example.com/health/${aspect}`));
  expect(performance.now() - asked).toBeLessThan(HUNG_MS);
  const text = await response.text();
  const report = JSON.parse(text) as HealthReport;
  expect(response.status).toBe(report.status === 'down' ? 503 : 200);
  for (const secret of [...ALWAYS_SECRET, ...secrets]) expect(text).not.toContain(secret);
  return report;
}

/** Asks until the whole is as expected. */
export async function untilStatus(
  health: Health,
  aspect: 'ready' | 'data-plane',
  status: HealthReport['status'],
  secrets?: readonly string[],
): Promise<HealthReport> {
  let report: HealthReport | undefined;
  await expect
    .poll(async () => (report = await ask(health, aspect, secrets)).status, { timeout: 30_000, interval: 20 })
    .toBe(status);
  return report!;
}

/** Asks until the one check is down for a reason: a busy machine may take longer than the timeout before. */
export async function untilReason(
  health: Health,
  aspect: 'ready' | 'data-plane',
  reason: string,
  secrets?: readonly string[],
): Promise<void> {
  await expect
    .poll(async () => reasons(await ask(health, aspect, secrets)), { timeout: 30_000, interval: 20 })
    .toEqual([reason]);
}

/** The reasons of all checks that are down. */
export function reasons({ checks }: HealthReport): readonly string[] {
  return Object.values(checks).flatMap((check) => (check.status === 'down' ? [check.reason] : []));
}

export const NO_ANSWER = `no answer within ${TIMEOUT_MS} ms`;
