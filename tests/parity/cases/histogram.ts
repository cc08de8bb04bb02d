import { base, labelNames, type Cases } from '../case.js';

export const histogramCases: Cases = {
  'a histogram counts up to each bound and above': ({ client: { Histogram }, registers }) => {
    const histogram = new Histogram({ ...base, registers });
    for (const value of [0, -0, 0.005, 0.0051, 0.3, 10, 11, -1, 1e300]) histogram.observe(value);
  },
  'a histogram takes its own buckets and labels': ({ client: { Histogram }, registers }) => {
    const histogram = new Histogram({ ...base, labelNames, buckets: [0.5, 1, 1e6, 1e21], registers });
    histogram.observe({ method: 'GET', code: 200 }, 0.75);
    histogram.labels('GET', '200').observe(7);
    histogram.observe({ method: 'PUT' }, 1e30);
    histogram.observe(3);
    histogram.observe({}, 4);
    histogram.labels({ code: 'x' }).observe(0);
    histogram.zero({ method: 'zero', code: '0' });
    new Histogram({ ...base, name: 'negative', buckets: [-5, -0.5, 0], registers }).observe(-1);
    new Histogram({ ...base, name: 'none', buckets: [], registers }).observe(1);
    new Histogram({ ...base, name: 'labelled', labelNames, registers });
  },
  'a histogram takes generated buckets': ({ client, registers, attempt }) => {
    const { Histogram, linearBuckets, exponentialBuckets } = client;
    new Histogram({ ...base, buckets: linearBuckets(0.1, 0.1, 5), registers }).observe(0.3);
    new Histogram({ ...base, name: 'e', buckets: exponentialBuckets(1, 2, 5), registers }).observe(4);
    return [
      attempt(() => linearBuckets(0, 1, 0)),
      attempt(() => exponentialBuckets(0, 2, 3)),
      attempt(() => exponentialBuckets(1, 2, 0)),
      attempt(() => exponentialBuckets(1, 1, 3)),
    ];
  },
  'a histogram forgets what is removed': ({ client: { Histogram }, registers }) => {
    const histogram = new Histogram({ ...base, labelNames, buckets: [1], registers });
    for (const method of ['GET', 'PUT', 'POST']) histogram.observe({ method, code: '200' }, 3);
    histogram.remove('GET', '200');
    histogram.remove({ method: 'PUT', code: '200' });
    histogram.remove('none', 'such');
    histogram.observe({ method: 'GET', code: '200' }, 1);
    const bare = new Histogram({ ...base, name: 'bare', buckets: [1], registers });
    bare.observe(1);
    bare.remove();
  },
  'zero makes a series, or sets it to 0 in its place': ({ client: { Histogram }, registers }) => {
    const histogram = new Histogram({ ...base, labelNames, buckets: [1], registers });
    histogram.observe({ method: 'GET', code: '200' }, 3);
    histogram.zero({ method: 'PUT' });
    histogram.zero({ method: 'GET', code: '200' });
    histogram.zero({});
  },
  'reset drops the series of labels': ({ client: { Histogram }, registers }) => {
    const histogram = new Histogram({ ...base, labelNames, buckets: [1], registers });
    histogram.observe({ method: 'b' }, 3);
    histogram.observe({ method: 'a' }, 3);
    histogram.reset();
    histogram.observe({ method: 'a' }, 0.5);
  },
  'a histogram times': ({ client: { Histogram }, registers, wait }) => {
    const histogram = new Histogram({ ...base, labelNames, registers });
    const starts = [
      () => histogram.startTimer(),
      () => histogram.startTimer({ method: 'a' }),
      () => histogram.labels('b', 'c').startTimer(),
      () => histogram.labels({ method: 'd' }).startTimer(),
    ];
    return starts.map((start) => {
      const end = start();
      wait(40);
      const first = end();
      wait(500);
      return [first, end({ code: '1' })];
    });
  },
  'a histogram refuses what is no number': ({ client: { Histogram }, registers, attempt }) => {
    const histogram = new Histogram({ ...base, labelNames, buckets: [1], registers });
    const bare = new Histogram({ ...base, name: 'bare', buckets: [1], registers });
    const child = histogram.labels('a', 'b');
    child.observe(1);
    const wrong: unknown[] = ['1', 'x', true, 1n, Symbol.for('s'), Infinity, -Infinity];
    const seen = wrong.flatMap((value) => [
      attempt(() => bare.observe(value)),
      attempt(() => histogram.observe({ method: 'a', code: 'b' }, value)),
      attempt(() => child.observe(value)),
      attempt(() => histogram.observe({ method: 'new' }, value)),
    ]);
    return [
      ...seen,
      attempt(() => bare.observe()),
      attempt(() => bare.observe(null)),
      attempt(() => bare.observe({})),
      attempt(() => histogram.observe({ method: 'a' })),
      attempt(() => histogram.observe({ method: 'a' }, NaN)),
      attempt(() => histogram.observe({ method: 'a' }, null)),
      attempt(() => child.observe()),
      attempt(() => child.observe(NaN)),
    ];
  },
  'a label is told before a value': ({ client: { Histogram }, registers, attempt }) => {
    const histogram = new Histogram({ ...base, labelNames, registers });
    return [
      attempt(() => histogram.observe({ other: 'x' }, 'y')),
      attempt(() => histogram.labels({ other: 'x' })),
      attempt(() => histogram.startTimer({ other: 'x' })()),
    ];
  },
  'the label le is reserved': ({ client: { Histogram }, attempt }) =>
    attempt(() => new Histogram({ ...base, labelNames: ['le'], registers: [] })),
  'get() of a histogram': async ({ client: { Histogram } }) => {
    const histogram = new Histogram({ ...base, labelNames, buckets: [1, 2], registers: [] });
    const before = await histogram.get();
    histogram.observe({ method: 'GET', code: 200 }, 1.5);
    return [before, await histogram.get(), await histogram.getForPromString()];
  },
};
