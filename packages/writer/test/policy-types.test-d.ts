// Checked by the type checker alone: under a strict policy, undeclared labels and free strings do not compile.
import { boolean, bounded, definePolicy, standardPolicy } from '@promshard/label-policy';

import { policyMetrics } from '../src/index.js';

const policy = definePolicy({
  mode: 'strict',
  labels: {
    task_name: ['hash', 'zip'],
    ok: boolean(),
    queue_name: bounded({ pattern: /[a-z]+/, maxDistinct: 5 }),
  },
});
const { Counter, Gauge, Histogram, Info, StateSet } = policyMetrics(policy);

export function use(text: string): void {
  const counter = new Counter({ name: 'a_total', help: 'h', labelNames: ['task_name', 'ok'] });
  counter.inc({ task_name: 'zip', ok: 'true' });
  counter.labels({ task_name: '__other__', ok: 'false' }).inc();
  counter.inc({ task_name: policy.value('task_name', text), ok: 'true' }, 2);
  // @ts-expect-error -- a free string
  counter.inc({ task_name: text, ok: 'true' });
  // @ts-expect-error -- an undeclared value
  counter.inc({ task_name: 'tar', ok: 'true' });
  // @ts-expect-error -- a label of the policy, but not of the metric
  counter.inc({ task_name: 'zip', ok: 'true', queue_name: policy.value('queue_name', text) });
  // @ts-expect-error -- a label is missing
  counter.labels({ task_name: 'zip' });
  // @ts-expect-error -- an undeclared label
  void new Counter({ name: 'b_total', help: 'h', labelNames: ['user_id'] });

  const gauge = new Gauge({ name: 'c', help: 'h', labelNames: ['queue_name'], multiprocessMode: 'max' });
  gauge.set({ queue_name: policy.value('queue_name', text) }, 1);
  // @ts-expect-error -- a free string where a checked one is asked for
  gauge.set({ queue_name: text }, 1);

  const histogram = new Histogram({ name: 'd', help: 'h', labelNames: ['ok'] });
  histogram.observe({ ok: 'true' }, 1);
  // @ts-expect-error -- a free string
  histogram.startTimer({ ok: text });

  const info = new Info({ name: 'e', help: 'h', labelNames: ['ok'] });
  info.info({ ok: 'true' }, { version: text });
  info.labels({ ok: 'true' }).info({ version: text });
  // @ts-expect-error -- a free string
  info.info({ ok: text }, { version: text });
  // @ts-expect-error -- an undeclared label
  void new Info({ name: 'e', help: 'h', labelNames: ['user_id'] });

  const phase = new StateSet({ name: 'f', help: 'h', labelNames: ['task_name'], states: ['idle', 'busy'] });
  phase.state({ task_name: 'zip' }, 'idle');
  phase.set({ task_name: 'zip' }, 'busy', true);
  phase.labels({ task_name: 'zip' }).state('busy');
  // @ts-expect-error -- an undeclared value
  phase.state({ task_name: 'tar' }, 'idle');
  // @ts-expect-error -- a state that the metric does not have
  phase.state({ task_name: 'zip' }, 'asleep');
  // @ts-expect-error -- a state that the metric does not have
  phase.labels({ task_name: 'zip' }).set('asleep', true);

  // @ts-expect-error -- a standard policy does not declare its labels
  policyMetrics(standardPolicy);
}
