import type { Client } from './record-calls.js';

/** What a case works with. */
export interface Context {
  /** prom-client, or what stands in its place. */
  readonly client: Client;
  /** A registry of the text format, whose output is compared; and one of OpenMetrics. */
  // oxlint-disable-next-line typescript/no-explicit-any -- see Client
  readonly registry: any;
  // oxlint-disable-next-line typescript/no-explicit-any -- see Client
  readonly openMetrics: any;
  /** Both of these in the form of the option. */
  readonly registers: readonly unknown[];
  /** Lets time pass. */
  readonly wait: (milliseconds: number) => void;
  /** The name and the message of what a call throws; what it returns, where it does not throw. */
  readonly attempt: (call: () => unknown) => unknown;
}

/**
 * Calls that are made on both libraries. What is compared afterwards: the result, all that both registries print, and
 * all metrics' `get()`.
 */
export type Case = (context: Context) => unknown;

/** Cases by the fact that they show. */
export type Cases = Readonly<Record<string, Case>>;

export const base = { name: 'm', help: 'A help text.' } as const;
export const labelNames = ['method', 'code'] as const;
