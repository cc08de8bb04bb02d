import { base, labelNames, type Cases } from '../case.js';

export const counterCases: Cases = {
  'a counter counts from its declaration': ({ client: { Counter }, registers }) => {
    new Counter({ ...base, registers });
  },
  'a counter adds 1, numbers, fractions, 0 and null': ({ client: { Counter }, registers }) => {
    const counter = new Counter({ ...base, registers });
    counter.inc();
    counter.inc(2.5);
    counter.inc(null);
    counter.inc(0);
    counter.inc(undefined);
    counter.inc(1e300);
    counter.labels().inc(7);
    counter.labels({}).inc();
  },
  'a counter adds by labels, in any order and form': ({ client: { Counter }, registers }) => {
    const counter = new Counter({ ...base, labelNames, registers });
    counter.inc({ method: 'GET', code: 200 });
    counter.inc({ code: '200', method: 'GET' }, 2);
    counter.labels('GET', '200').inc(4);
    counter.labels('GET', 200).inc(4);
    counter.labels({ method: 'GET', code: '200' }).inc(8);
    counter.inc({ method: 'POST' }, 16);
    counter.inc(32);
    counter.inc({}, 64);
    counter.inc({ method: 'GET', code: 200 }, null);
    counter.inc({ method: 'a"b\\c\nd', code: '' });
    counter.inc({ method: 'größe €', code: -0.5 });
  },
  'a counter shows series in the order in which they came': ({ client: { Counter }, registers }) => {
    const counter = new Counter({ ...base, labelNames, registers });
    for (const method of ['b', 'a', 'c', 'd']) counter.inc({ method });
    counter.remove({ method: 'a' });
    counter.remove({ method: 'd' });
    counter.inc({ method: 'b' });
    counter.inc({ method: 'e' });
    counter.inc({ method: 'a' });
  },
  'a counter forgets what is removed': ({ client: { Counter }, registers }) => {
    const counter = new Counter({ ...base, labelNames, registers });
    counter.inc({ method: 'GET', code: '200' }, 5);
    counter.inc({ method: 'PUT', code: '200' }, 6);
    counter.inc({ method: 'POST', code: '200' }, 7);
    counter.inc({ method: 'POST' }, 8);
    counter.remove('GET', '200');
    counter.remove({ method: 'PUT', code: '200' });
    counter.remove({ method: 'POST' });
    counter.remove('none', 'such');
    counter.remove({});
  },
  'a counter without labels can be removed': ({ client: { Counter }, registers }) => {
    const counter = new Counter({ ...base, registers });
    counter.inc(4);
    counter.remove();
    const again = new Counter({ ...base, name: 'again', registers });
    again.inc(4);
    again.remove({});
    again.inc(2);
    const reset = new Counter({ ...base, name: 'reset', registers });
    reset.remove();
    reset.reset();
  },
  'a removed series begins at 0 when it is counted again': ({ client: { Counter }, registers }) => {
    const counter = new Counter({ ...base, labelNames, registers });
    const child = counter.labels('GET', '200');
    child.inc(5);
    counter.remove('GET', '200');
    child.inc(2);
  },
  'reset drops labelled counters and sets others to 0': ({ client: { Counter }, registers }) => {
    const bare = new Counter({ ...base, registers });
    bare.inc(5);
    bare.reset();
    const labelled = new Counter({ ...base, name: 'n', labelNames, registers });
    for (const method of ['a', 'b', 'c']) labelled.inc({ method });
    labelled.reset();
    labelled.inc({ method: 'c' });
    labelled.inc({ method: 'a' });
  },
  'a counter refuses what is no number, or negative': ({ client: { Counter }, registers, attempt }) => {
    const counter = new Counter({ ...base, labelNames, registers });
    const bare = new Counter({ ...base, name: 'bare', registers });
    const child = counter.labels('a', 'b');
    const wrong: unknown[] = [-1, -Infinity, Infinity, '1', 'x', true, 1n, Symbol.for('s')];
    const seen = wrong.flatMap((value) => [
      attempt(() => bare.inc(value)),
      attempt(() => counter.inc({ method: 'a', code: 'b' }, value)),
      attempt(() => child.inc(value)),
      // A series that is not there yet does not come to be.
      attempt(() => counter.inc({ method: 'new' }, value)),
    ]);
    child.inc(0);
    return [...seen, attempt(() => counter.inc({ method: 'a' }, {})), attempt(() => counter.inc({}, []))];
  },
  'a label is told before a value': ({ client: { Counter }, registers, attempt }) => {
    const counter = new Counter({ ...base, labelNames, registers });
    return attempt(() => counter.inc({ other: 'x' }, -1));
  },
  'get() of a counter': async ({ client: { Counter } }) => {
    const counter = new Counter({ ...base, labelNames, registers: [] });
    const before = await counter.get();
    counter.inc({ method: 'GET', code: 200 }, 3);
    return [before, await counter.get()];
  },
};
