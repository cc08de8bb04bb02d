import { base, labelNames, type Cases } from '../case.js';

/** Without quantiles all of a summary can be compared; those of values are a difference. */
const percentiles: readonly number[] = [];

export const summaryCases: Cases = {
  'a summary has a count and a sum from its declaration': ({ client: { Summary }, registers }) => {
    new Summary({ ...base, percentiles, registers });
    new Summary({ ...base, name: 'labelled', labelNames, percentiles, registers });
  },
  'quantiles are prom-client’s, and 0 without values': ({ client: { Summary }, registers }) => {
    new Summary({ ...base, registers });
    new Summary({ ...base, name: 'own', percentiles: [0.25, 1], registers });
    const reset = new Summary({ ...base, name: 'reset', labelNames, percentiles: [0.5], registers });
    reset.observe({ method: 'a' }, 3);
    reset.reset();
  },
  'a summary counts and adds up': ({ client: { Summary }, registers }) => {
    const summary = new Summary({ ...base, labelNames, percentiles, registers });
    summary.observe(2);
    summary.observe({ method: 'GET', code: 200 }, -1.5);
    summary.observe({}, 0);
    summary.labels('GET', '200').observe(7);
    summary.labels({ method: 'PUT' }).observe(0);
    const bare = new Summary({ ...base, name: 'bare', percentiles, registers });
    bare.observe(0);
    bare.observe(3);
    bare.labels().observe(1e300);
  },
  'options for the age of quantiles change neither count nor sum': ({
    client: { Summary },
    registers,
    wait,
  }) => {
    const aged = { maxAgeSeconds: 60, ageBuckets: 5, compressCount: 2, percentiles };
    const summary = new Summary({ ...base, ...aged, labelNames, registers });
    const pruned = new Summary({ ...base, ...aged, name: 'pruned', pruneAgedBuckets: true, registers });
    for (const value of [1, 2, 3]) {
      summary.observe({ method: 'a' }, value);
      pruned.observe(value);
      wait(10_000);
    }
  },
  'a summary forgets what is removed': ({ client: { Summary }, registers }) => {
    const summary = new Summary({ ...base, labelNames, percentiles, registers });
    for (const method of ['GET', 'PUT', 'POST']) summary.observe({ method, code: '200' }, 3);
    summary.remove('GET', '200');
    summary.remove({ method: 'PUT', code: '200' });
    summary.observe({ method: 'GET', code: '200' }, 1);
    const bare = new Summary({ ...base, name: 'bare', percentiles, registers });
    bare.observe(1);
    bare.remove();
  },
  'reset sets the series of a summary to 0': ({ client: { Summary }, registers }) => {
    const summary = new Summary({ ...base, labelNames, percentiles, registers });
    summary.observe({ method: 'b' }, 3);
    summary.observe({ method: 'a' }, 3);
    summary.reset();
    summary.observe({ method: 'a' }, 0.5);
    const bare = new Summary({ ...base, name: 'bare', percentiles, registers });
    bare.observe(1);
    bare.reset();
  },
  'a summary times': ({ client: { Summary }, registers, wait }) => {
    const summary = new Summary({ ...base, labelNames, percentiles, registers });
    const starts = [
      () => summary.startTimer(),
      () => summary.startTimer({ method: 'a' }),
      () => summary.labels('b', 'c').startTimer(),
      () => summary.labels({ method: 'd' }).startTimer(),
    ];
    return starts.map((start) => {
      const end = start();
      wait(40);
      const first = end();
      wait(500);
      return [first, end({ code: '1' })];
    });
  },
  'a summary refuses what is no number': ({ client: { Summary }, registers, attempt }) => {
    const summary = new Summary({ ...base, labelNames, percentiles, registers });
    const bare = new Summary({ ...base, name: 'bare', percentiles, registers });
    const child = summary.labels('a', 'b');
    child.observe(1);
    const wrong: unknown[] = ['1', 'x', true, 1n, Symbol.for('s'), Infinity, -Infinity];
    const seen = wrong.flatMap((value) => [
      // Of a text prom-client says something else.
      typeof value === 'string' ? undefined : attempt(() => bare.observe(value)),
      attempt(() => summary.observe({ method: 'a', code: 'b' }, value)),
      attempt(() => child.observe(value)),
      attempt(() => summary.observe({ method: 'new' }, value)),
    ]);
    return [
      ...seen,
      attempt(() => summary.observe({ method: 'a' }, NaN)),
      attempt(() => summary.observe({ method: 'a' }, null)),
      attempt(() => child.observe(NaN)),
    ];
  },
  'a label is told before a value': ({ client: { Summary }, registers, attempt }) => {
    const summary = new Summary({ ...base, labelNames, percentiles, registers });
    return [
      attempt(() => summary.observe({ other: 'x' }, 'y')),
      attempt(() => summary.labels({ other: 'x' })),
      attempt(() => summary.startTimer({ other: 'x' })()),
    ];
  },
  'the label quantile is reserved': ({ client: { Summary }, attempt }) =>
    attempt(() => new Summary({ ...base, labelNames: ['quantile'], registers: [] })),
  'get() of a summary': async ({ client: { Summary } }) => {
    const summary = new Summary({ ...base, labelNames, percentiles, registers: [] });
    const before = await summary.get();
    summary.observe({ method: 'GET', code: 200 }, 1.5);
    return [before, await summary.get()];
  },
};
