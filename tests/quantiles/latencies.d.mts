/** Latencies in seconds, the same ones whenever asked: log-normal around a median. */
export function latencies(kind: {
  readonly process: number;
  readonly count: number;
  readonly median: number;
  readonly spread: number;
}): number[];
