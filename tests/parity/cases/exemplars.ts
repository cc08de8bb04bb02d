import { base, labelNames, type Cases } from '../case.js';

const exemplarLabels = { trace_id: 'abc', span_id: 7 };
const tooLong = { trace_id: 'x'.repeat(121) };

export const exemplarCases: Cases = {
  'a counter keeps its last exemplar': ({ client: { Counter }, openMetrics, wait }) => {
    const counter = new Counter({ ...base, labelNames, enableExemplars: true, registers: [openMetrics] });
    counter.inc({ labels: { method: 'a' }, value: 2, exemplarLabels });
    wait(1500);
    counter.inc({ labels: { method: 'a' } });
    counter.inc({ labels: { method: 'b' }, value: 3, exemplarLabels });
    wait(1500);
    counter.inc({ labels: { method: 'b' }, exemplarLabels: { trace_id: 'a"b\\c\nd' } });
    counter.inc({ exemplarLabels });
    counter.inc({ labels: { method: 'empty' }, exemplarLabels: {} });
    counter.inc({});
    counter.inc();
  },
  'a counter without labels keeps an exemplar': ({ client: { Counter }, openMetrics }) => {
    const counter = new Counter({ ...base, enableExemplars: true, registers: [openMetrics] });
    counter.inc({ value: 2, exemplarLabels });
    counter.inc({ value: 2 });
  },
  'an exemplar goes with its series': ({ client: { Counter, Histogram }, openMetrics }) => {
    const options = { labelNames, enableExemplars: true, registers: [openMetrics] };
    const counter = new Counter({ ...base, ...options });
    counter.inc({ labels: { method: 'a' }, exemplarLabels });
    counter.remove({ method: 'a' });
    counter.inc({ labels: { method: 'a' } });
    counter.inc({ labels: { method: 'b' }, exemplarLabels });
    counter.reset();
    counter.inc({ labels: { method: 'b' } });
    const histogram = new Histogram({ ...base, ...options, name: 'h', buckets: [1] });
    for (const method of ['a', 'b']) histogram.observe({ labels: { method }, value: 1, exemplarLabels });
    histogram.remove({ method: 'a' });
    histogram.observe({ labels: { method: 'a' }, value: 1 });
    histogram.zero({ method: 'b' });
  },
  'a histogram keeps the last exemplar of each bucket': ({ client: { Histogram }, openMetrics, wait }) => {
    const histogram = new Histogram({
      ...base,
      labelNames,
      buckets: [1, 2],
      enableExemplars: true,
      registers: [openMetrics],
    });
    histogram.observe({ labels: { method: 'a' }, value: 0.5, exemplarLabels });
    wait(1500);
    histogram.observe({ labels: { method: 'a' }, value: 0.75, exemplarLabels: { trace_id: 'def' } });
    histogram.observe({ labels: { method: 'a' }, value: 7, exemplarLabels });
    histogram.observe({ labels: { method: 'a' }, value: 1.5 });
    histogram.observe({ labels: { method: 'a' }, value: 1.5, exemplarLabels: {} });
    histogram.observe({ value: 2, exemplarLabels });
  },
  'a timer takes labels of exemplars at both ends': ({ client: { Histogram }, openMetrics, wait }) => {
    const histogram = new Histogram({ ...base, labelNames, enableExemplars: true, registers: [openMetrics] });
    const ends = [
      histogram.startTimer({ method: 'a' }, { trace_id: 'a', span_id: 1 }),
      histogram.startTimer({ method: 'b' }),
    ];
    wait(40);
    return [
      ends[0]?.(),
      ends[0]?.({ code: 1 }, { span_id: 2 }),
      ends[1]?.({ code: 2 }),
      ends[1]?.({ code: 3 }, exemplarLabels),
    ];
  },
  'labels of an exemplar may not be long': ({ client, registry, openMetrics, attempt }) => {
    const { Counter, Histogram } = client;
    const options = { labelNames, enableExemplars: true, registers: [openMetrics] };
    const counter = new Counter({ ...base, ...options });
    const histogram = new Histogram({ ...base, ...options, name: 'h', buckets: [1] });
    const long = { trace_id: 'x'.repeat(120) };
    counter.inc({ labels: { method: 'a' }, exemplarLabels: long });
    histogram.observe({ labels: { method: 'a' }, value: 1, exemplarLabels: long });
    void registry;
    return [
      attempt(() => counter.inc({ labels: { method: 'b' }, exemplarLabels: tooLong }))!,
      attempt(() => histogram.observe({ labels: { method: 'b' }, value: 1, exemplarLabels: tooLong })),
      attempt(() => histogram.startTimer({ method: 'c' }, tooLong)()),
      (counter.remove({ method: 'b' }), histogram.remove({ method: 'b' }), histogram.remove({ method: 'c' })),
    ];
  },
  'data are checked as other arguments are': ({ client: { Counter, Histogram }, openMetrics, attempt }) => {
    const options = { labelNames, enableExemplars: true, registers: [openMetrics] };
    const counter = new Counter({ ...base, ...options });
    const histogram = new Histogram({ ...base, ...options, name: 'h', buckets: [1] });
    return [
      attempt(() => counter.inc({ value: -1, exemplarLabels })),
      attempt(() => counter.inc({ value: 'x', exemplarLabels })),
      attempt(() => counter.inc({ labels: { other: 'x' }, exemplarLabels })),
      attempt(() => histogram.observe({ value: 'x', exemplarLabels })),
      attempt(() => histogram.observe({ exemplarLabels })),
      attempt(() => histogram.observe({ labels: { other: 'x' }, value: 1, exemplarLabels })),
    ];
  },
  'get() of metrics with exemplars': async ({ client: { Counter, Histogram }, openMetrics }) => {
    const options = { labelNames, enableExemplars: true, registers: [openMetrics] };
    const counter = new Counter({ ...base, ...options });
    counter.inc({ labels: { method: 'a' }, exemplarLabels });
    counter.inc({ labels: { method: 'b' } });
    const histogram = new Histogram({ ...base, ...options, name: 'h', buckets: [1, 2] });
    histogram.observe({ labels: { method: 'a' }, value: 1.5, exemplarLabels });
    histogram.labels('c', 'd').observe(1);
    return [await counter.get(), await histogram.get(), await histogram.getForPromString()];
  },
};
