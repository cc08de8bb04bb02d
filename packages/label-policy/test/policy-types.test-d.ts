// Checked by the type checker alone: what a strict policy does not declare does not compile.
import {
  boolean,
  bounded,
  type CheckedValue,
  definePolicy,
  type LabelPolicy,
  oneOf,
  routes,
  strictPolicy,
} from '../src/index.js';

const policy = definePolicy({
  mode: 'strict',
  labels: {
    task_name: ['hash', 'zip'],
    codec: oneOf('gzip'),
    ok: boolean(),
    route: routes('/users/:id', '/users'),
    queue_name: bounded({ pattern: /[a-z]+/, maxDistinct: 5 }),
  },
});

export function takesAnyPolicy(any: LabelPolicy): LabelPolicy {
  return any;
}
takesAnyPolicy(policy);
takesAnyPolicy(strictPolicy);

export function typesOfValues(text: string): void {
  const task: 'hash' | 'zip' | '__other__' = policy.value('task_name', text);
  const ok: 'true' | 'false' | '__other__' = policy.value('ok', text);
  const route: '/users/:id' | '/users' | '__other__' = policy.value('route', text);
  const queue: CheckedValue | '__other__' = policy.value('queue_name', text);
  // @ts-expect-error -- a free string is no checked one
  const free: CheckedValue = text;
  // @ts-expect-error -- the label is not declared
  policy.value('queue', text);
  // @ts-expect-error -- nothing is declared
  strictPolicy.value('task_name', text);
  void [task, ok, route, queue, free];
}

// @ts-expect-error -- a strict policy declares its labels
export const withoutLabels = (): unknown => definePolicy({ mode: 'strict' });
// @ts-expect-error -- a free string is no domain
export const withFreeString = (): unknown => definePolicy({ mode: 'strict', labels: { a: 'checked' } });
// @ts-expect-error -- an exception needs its reason
export const withoutReason = (): unknown => definePolicy({ valueChecks: { ip: {} } });
// @ts-expect-error -- a keyed hash needs a key and is made by keyedHash
export const withoutKey = (): unknown => definePolicy({ onViolation: 'hash' });
