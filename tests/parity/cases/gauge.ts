import { base, labelNames, type Cases } from '../case.js';

/** The writer's own gauge has to say it; to the others it is the default. */
const aggregator = 'sum';

export const gaugeCases: Cases = {
  'a gauge is listed at 0 before its first use': ({ client: { Gauge }, registers }) => {
    new Gauge({ ...base, aggregator, registers });
    new Gauge({ ...base, name: 'labelled', labelNames, aggregator, registers });
  },
  'a gauge goes up and down': ({ client: { Gauge }, registers }) => {
    const gauge = new Gauge({ ...base, aggregator, registers });
    gauge.set(10);
    gauge.inc();
    gauge.inc(2.5);
    gauge.inc(undefined);
    gauge.dec();
    gauge.dec(0.5);
    gauge.inc(-4);
    gauge.labels().inc(3);
    gauge.labels().dec(1);
    gauge.labels({}).dec();
    gauge.labels({}).set(7);
    gauge.labels().inc();
  },
  'a gauge takes values by labels': ({ client: { Gauge }, registers }) => {
    const gauge = new Gauge({ ...base, aggregator, labelNames, registers });
    gauge.set({ method: 'GET', code: 200 }, -1);
    gauge.inc({ method: 'GET', code: 200 });
    gauge.inc({ method: 'GET', code: 200 }, 5);
    gauge.dec({ method: 'PUT' }, 4);
    gauge.dec({ method: 'PUT' });
    gauge.labels('POST', '500').set(Infinity);
    gauge.labels('POST', '501').set(-Infinity);
    gauge.labels({ method: 'x' }).inc(2);
    gauge.labels('never', 'set');
    gauge.set(3);
    gauge.set({}, 4);
    gauge.set({ method: 'nan' }, NaN);
  },
  'a gauge shows series in the order in which they were set': ({ client: { Gauge }, registers }) => {
    const gauge = new Gauge({ ...base, aggregator, labelNames, registers });
    const first = gauge.labels('a', '1');
    gauge.labels('b', '1').set(1);
    first.set(2);
    gauge.labels('c', '1').set(3);
    gauge.remove('b', '1');
    gauge.inc({ method: 'b', code: '1' });
  },
  'a gauge forgets what is removed': ({ client: { Gauge }, registers }) => {
    const gauge = new Gauge({ ...base, aggregator, labelNames, registers });
    gauge.set({ method: 'GET', code: '200' }, 1);
    gauge.set({ method: 'PUT', code: '200' }, 2);
    gauge.set({ method: 'PUT' }, 3);
    gauge.remove('GET', '200');
    gauge.remove({ method: 'PUT' });
    gauge.remove({ method: 'none' });
    const bare = new Gauge({ ...base, name: 'bare', aggregator, registers });
    bare.set(4);
    bare.remove();
    const returned = new Gauge({ ...base, name: 'returned', aggregator, registers });
    returned.set(4);
    returned.remove({});
    returned.inc(2);
    const reset = new Gauge({ ...base, name: 'reset', aggregator, registers });
    reset.set(4);
    reset.remove();
    reset.reset();
  },
  'reset drops labelled gauges and sets others to 0': ({ client: { Gauge }, registers }) => {
    const bare = new Gauge({ ...base, aggregator, registers });
    bare.set(4);
    bare.reset();
    const labelled = new Gauge({ ...base, name: 'n', aggregator, labelNames, registers });
    labelled.set({ method: 'a' }, 1);
    labelled.set({ method: 'b' }, 1);
    labelled.set(5);
    labelled.reset();
    labelled.set({ method: 'b' }, 2);
  },
  'a gauge takes the time': ({ client: { Gauge }, registers, wait }) => {
    const gauge = new Gauge({ ...base, aggregator, labelNames, registers });
    gauge.setToCurrentTime();
    wait(1500);
    gauge.setToCurrentTime({ method: 'a' });
    wait(1);
    gauge.labels('b', 'c').setToCurrentTime();
  },
  'a gauge times': ({ client: { Gauge }, registers, wait }) => {
    const gauge = new Gauge({ ...base, aggregator, labelNames, registers });
    const ends = [
      gauge.startTimer(),
      gauge.startTimer({ method: 'a' }),
      gauge.labels('b', 'c').startTimer(),
      gauge.labels({ method: 'd' }).startTimer(),
    ];
    wait(1250);
    const first = ends.map((end) => end());
    wait(500);
    return [
      first,
      ends[0]?.({ method: 'x', code: '1' }),
      ends[1]?.({ code: '2' }),
      ends[2]?.({ code: '3' }),
      ends[3]?.({ code: '4' }),
    ];
  },
  'a gauge refuses what is no number': ({ client: { Gauge }, registers, attempt }) => {
    const gauge = new Gauge({ ...base, aggregator, labelNames, registers });
    const bare = new Gauge({ ...base, name: 'bare', aggregator, registers });
    const child = gauge.labels('a', 'b');
    const wrong: unknown[] = ['1', 'x', true, null, 1n, Symbol.for('s')];
    const seen = wrong.flatMap((value) =>
      ['set', 'inc'].flatMap((method) => [
        attempt(() => bare[method](value)),
        attempt(() => gauge[method]({ method: 'a', code: 'b' }, value)),
        attempt(() => child[method](value)),
        attempt(() => gauge[method]({ method: 'new' }, value)),
      ]),
    );
    return [
      ...seen,
      attempt(() => bare.set()),
      attempt(() => bare.set(undefined)),
      attempt(() => gauge.set({ method: 'a' })),
      attempt(() => child.set()),
      attempt(() => bare.set({})),
      attempt(() => gauge.set({ method: 'a' }, {})),
    ];
  },
  'a value is told before a label': ({ client: { Gauge }, registers, attempt }) => {
    const gauge = new Gauge({ ...base, aggregator, labelNames, registers });
    return [
      attempt(() => gauge.set({ other: 'x' }, 'y')),
      attempt(() => gauge.set({ other: 'x' }, 1)),
      attempt(() => gauge.inc({ other: 'x' }, 'y')),
      attempt(() => gauge.inc({ other: 'x' })),
      attempt(() => gauge.dec({ other: 'x' })),
      attempt(() => gauge.setToCurrentTime({ other: 'x' })),
      attempt(() => gauge.labels({ other: 'x' })),
      attempt(() => gauge.startTimer({ other: 'x' })()),
    ];
  },
  'get() of a gauge': async ({ client: { Gauge } }) => {
    const gauge = new Gauge({ ...base, aggregator: 'max', labelNames, registers: [] });
    const before = await gauge.get();
    gauge.set({ method: 'GET', code: 200 }, 3);
    return [before, await gauge.get()];
  },
};
