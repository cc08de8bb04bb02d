import type { Collector, CollectorTimes, Family, RunningCollector, Sample } from './collector.js';
import type { SampleSource } from './shown-family.js';

/** What went wrong in collectors: the one metric that all have. */
export const COLLECTOR_ERRORS: Family = {
  name: 'collector_errors_total',
  help: 'Times that a collector could not read what it tells of.',
  type: 'counter',
  labelNames: ['collector', 'name'],
};

/** Reads a collector so that no scrape fails over it. */
export class CollectorSource implements SampleSource {
  readonly #collector: Collector;
  #running: RunningCollector | undefined;
  #errors = 0;
  #samples: readonly Sample[] | undefined;

  constructor(collector: Collector) {
    this.#collector = collector;
  }

  /** Begins to collect; passes on what the collector throws. */
  start(times: CollectorTimes): void {
    this.#running = this.#collector.start(times);
  }

  stop(): void {
    try {
      this.#running?.stop();
    } catch {
      // What it looked at is in no state to be left.
    }
  }

  /** Read once for all families of a scrape, which asks them within one turn: so that their values are of one moment. */
  samples(): readonly Sample[] {
    if (this.#samples === undefined) {
      this.#samples = this.#read();
      queueMicrotask(() => (this.#samples = undefined));
    }
    return this.#samples;
  }

  #read(): readonly Sample[] {
    const samples: Sample[] = [];
    let failed = false;
    try {
      for (const sample of this.#running?.read() ?? []) {
        if (Number.isFinite(sample.value)) samples.push(sample);
        else failed = true;
      }
    } catch {
      failed = true;
    }
    if (failed) this.#errors++;
    const { kind, name } = this.#collector;
    samples.push({ family: COLLECTOR_ERRORS, labels: { collector: kind, name }, value: this.#errors });
    return samples;
  }
}
