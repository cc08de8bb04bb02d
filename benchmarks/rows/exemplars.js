// Nanoseconds per increment with and without exemplars, against prom-client's.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Counter, openShardStore } from '@promshard/writer';
import { measure } from 'mitata';
import promClient from 'prom-client';

import { median, printTable, QUICK, ratio } from '../report.js';

const ROUNDS = QUICK ? 1 : 5;
const TRACE = { trace_id: '4bf92f3577b34da6a3ce929d0e0e4736', span_id: '00f067aa0ba902b7' };
const dir = mkdtempSync(join(tmpdir(), 'promshard-bench-'));
const store = openShardStore({ dir, isolated: true });

/** What `@opentelemetry/api` registers, with a span that is always active. */
const spanContext = { traceId: TRACE.trace_id, spanId: TRACE.span_id, traceFlags: 1 };
const active = { getValue: () => ({ spanContext: () => spanContext }) };
const API = Symbol.for('opentelemetry.js.api.1');

const common = { help: 'c', labelNames: ['kind'] };
const registry = new promClient.Registry(promClient.Registry.OPENMETRICS_CONTENT_TYPE);
const plain = new Counter({ ...common, name: 'plain', registers: [], store });
const traced = new Counter({ ...common, name: 'traced', enableExemplars: true, registers: [], store });
const theirs = new promClient.Counter({
  ...common,
  name: 'traced',
  enableExemplars: true,
  registers: [registry],
});
const labels = { kind: 'zip' };
const data = { labels, value: 1, exemplarLabels: TRACE };
const plainChild = plain.labels(labels);
const tracedChild = traced.labels(labels);

const rows = [
  ['`child.inc()`, no exemplars', () => plainChild.inc(), undefined],
  ['`child.inc()`, exemplars, no OpenTelemetry', () => tracedChild.inc(), undefined],
  ['`child.inc()`, exemplars, in a span', () => tracedChild.inc(), 'span'],
  ['`inc({ labels, exemplarLabels })`', () => traced.inc(data), undefined, () => theirs.inc(data)],
];
const table = [];
for (const [call, ours, span, peer] of rows) {
  if (span !== undefined) globalThis[API] = { context: { active: () => active } };
  const samples = { ours: [], theirs: [] };
  for (let round = 0; round < ROUNDS; round++) {
    samples.ours.push((await measure(ours)).p50);
    if (peer !== undefined) samples.theirs.push((await measure(peer)).p50);
  }
  delete globalThis[API];
  const [mine, their] = [median(samples.ours), median(samples.theirs)];
  table.push([
    call,
    `${mine.toFixed(1)} ns`,
    peer === undefined ? '–' : `${their.toFixed(0)} ns`,
    ratio(their, mine),
  ]);
}
printTable(
  `Exemplars, ${store.backend} backend`,
  ['call', 'promshard', 'prom-client 15.1.3', 'times faster'],
  table,
);
store.close();
rmSync(dir, { recursive: true, force: true });
