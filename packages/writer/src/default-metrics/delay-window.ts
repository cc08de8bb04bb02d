/** Equal delays that were recorded: how long in seconds, and how many. */
export interface DelayRun {
  readonly seconds: number;
  readonly count: number;
}

/** What the gauges of event-loop lag show. */
export interface DelayStatistics {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly stddev: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

interface Taken {
  readonly atMs: number;
  readonly runs: readonly DelayRun[];
}

/**
 * The delays of the last minute. Samples are taken more often than Prometheus scrapes, so a window from one sample to
 * the next would hide most of what happened: a minute is as long as scrape intervals usually are.
 */
export class DelayWindow {
  private taken: readonly Taken[] = [];
  private readonly lengthMs: number;

  constructor(lengthMs: number = 60_000) {
    this.lengthMs = lengthMs;
  }

  /** Adds what was recorded since last time, and forgets what is older than the window. */
  add(runs: readonly DelayRun[], nowMs: number): void {
    this.taken = [...this.taken.filter(({ atMs }) => atMs > nowMs - this.lengthMs), { atMs: nowMs, runs }];
  }

  /** Undefined where nothing was recorded. */
  statistics(): DelayStatistics | undefined {
    const runs = this.taken.flatMap((taken) => taken.runs).toSorted((a, b) => a.seconds - b.seconds);
    const first = runs[0];
    const last = runs.at(-1);
    if (first === undefined || last === undefined) return undefined;
    const count = sumOf(runs, () => 1);
    const mean = sumOf(runs, ({ seconds }) => seconds) / count;
    const variance = sumOf(runs, ({ seconds }) => (seconds - mean) ** 2) / count;
    return {
      min: first.seconds,
      max: last.seconds,
      mean,
      stddev: Math.sqrt(variance),
      p50: quantile(runs, 0.5 * count),
      p90: quantile(runs, 0.9 * count),
      p99: quantile(runs, 0.99 * count),
    };
  }
}

function sumOf(runs: readonly DelayRun[], valueOf: (run: DelayRun) => number): number {
  return runs.reduce((sum, run) => sum + run.count * valueOf(run), 0);
}

/** The delay that as many are not longer than. */
function quantile(sorted: readonly DelayRun[], rank: number): number {
  let count = 0;
  for (const run of sorted) {
    count += run.count;
    if (count >= rank) return run.seconds;
  }
  return sorted.at(-1)?.seconds ?? 0;
}
