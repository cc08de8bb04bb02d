import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { createAggregator, type Sample, type Snapshot } from '@promshard/aggregator';
import { renderOpenMetrics, renderText } from '@promshard/exposition';
import { prune } from '@promshard/pruner';
import { expect, onTestFinished, test } from 'vitest';

import { fromPython, hasPython, startPython } from '../interop/python-client.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { hasNative } from '../support/tools.js';

const backends = hasNative() ? (['mmap', 'pwrite'] as const) : (['pwrite'] as const);

test.each(backends)(
  'exemplars are whole in every scrape, and after SIGKILLs at any moment, and outlive their writers (%s)',
  { timeout: 60_000 },
  async (backend) => {
    const dir = temporaryDirectory();
    const aggregator = createAggregator({ dir });
    let last: Snapshot | undefined;
    for (let round = 0; round < 3; round++) {
      const children = await Promise.all([0, 1].map(() => startTracing(dir, backend)));
      for (let scrape = 0; scrape < 20; scrape++) {
        last = await aggregator.collect();
        expect(last.problems).toEqual([]);
        expectWhole(last);
      }
      for (const child of children) await kill(child);
      last = await aggregator.collect();
      expect(exemplarsOf(last)).toHaveLength(3);
      expectWhole(last);
      expect(await prune({ dir })).toMatchObject({ kind: 'done', left: [] });
      const folded = await aggregator.collect();
      expect(folded.problems).toEqual([]);
      expect(exemplarsOf(folded)).toEqual(exemplarsOf(last));
      expect(readdirSync(dir).filter((name) => name.endsWith('.exemplars'))).toEqual([
        expect.stringMatching(/^folded-\d+\.exemplars$/),
      ]);
    }
  },
);

const withoutPython = hasPython('newest') ? '' : ' (skipped where Python with prometheus_client is not here)';

test.skipIf(!hasPython('newest'))(
  `Python's strict parser reads exemplars, quantiles, infos, state sets and units, and its collector knows nothing of them${withoutPython}`,
  { timeout: 60_000 },
  async () => {
    const dir = temporaryDirectory();
    const children = await Promise.all([0, 1].map(() => startTracing(dir, 'pwrite')));
    for (const child of children) process.kill(child.pid ?? 0, 'SIGSTOP');
    const snapshot = await createAggregator({ dir }).collect();
    expect(snapshot.problems).toEqual([]);
    const text = renderOpenMetrics(snapshot);
    const families = readByPython(text);
    expect(families.map(({ name, type, unit }) => [name, type, unit])).toEqual([
      ['build', 'info', ''],
      ['jobs', 'counter', ''],
      ['phase', 'stateset', ''],
      ['size_bytes', 'summary', 'bytes'],
      ['took_seconds', 'histogram', 'seconds'],
    ]);
    const [build, jobs, phase, size, took] = families;
    expect(build?.samples.map(({ value, labels }) => [value, labels])).toEqual([[1, { version: '1.2.3' }]]);
    expect(phase?.samples.map(({ labels, value }) => [labels['phase'], value])).toEqual([
      ['busy', 1],
      ['idle', 0],
      ['busy', 1],
      ['idle', 0],
    ]);
    expect(size?.samples.map(({ name, labels }) => [name, labels['quantile']])).toEqual([
      ['size_bytes', '0.5'],
      ['size_bytes', '0.99'],
      ['size_bytes_count', undefined],
      ['size_bytes_sum', undefined],
    ]);
    for (const { name, labels, exemplar } of [...(jobs?.samples ?? []), ...(took?.samples ?? [])]) {
      const isExpected = name === 'jobs_total' || labels['le'] !== undefined;
      expect(exemplar !== null, name).toBe(isExpected);
    }
    expect(renderText(snapshot)).not.toContain('trace_id');

    const python = startPython('newest');
    onTestFinished(() => python.stop());
    const collected = await python.collect(dir);
    expect(collected.map(([name]) => name).toSorted()).toEqual(['jobs', 'size_bytes', 'took_seconds']);
    const theirs = collected.find(([name]) => name === 'jobs')?.[3][0];
    expect(fromPython(theirs?.[2] ?? '')).toBe(jobs?.samples[0]?.value);
    for (const child of children) await kill(child);
  },
);

async function startTracing(dir: string, backend: string): Promise<ChildProcess> {
  const program = fileURLToPath(new URL('tracing-process.mjs', import.meta.url));
  const child = fork(program, [dir, backend]);
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'message');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function exemplarsOf({ families }: Snapshot): Sample[] {
  return families.flatMap(({ samples }) => samples.filter(({ exemplar }) => exemplar !== undefined));
}

/** Labels, value and bucket of an exemplar are those of one observation. */
function expectWhole(snapshot: Snapshot): void {
  for (const { labels, exemplar } of exemplarsOf(snapshot)) {
    const value = exemplar?.value ?? 0;
    const given = Object.fromEntries(exemplar?.labels ?? []);
    expect(given['trace_id']).toBe(String(value).repeat(32).slice(0, 32));
    const bound = labels.find(([name]) => name === 'le')?.[1];
    if (bound !== undefined) expect(value <= 500).toBe(bound !== '+Inf');
  }
}

interface PythonFamily {
  readonly name: string;
  readonly type: string;
  readonly unit: string;
  readonly samples: readonly {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
    readonly exemplar: object | null;
  }[];
}

const READ_ALL = `
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse
print(json.dumps([{
  'name': f.name, 'type': f.type, 'unit': f.unit, 'samples': [{
    'name': s.name, 'labels': s.labels, 'value': float(s.value), 'exemplar': s.exemplar and s.exemplar.labels,
  } for s in f.samples]} for f in parse(sys.stdin.read())]))
`;

function readByPython(text: string): readonly PythonFamily[] {
  const python = process.env['TEST_TOOLS_PYTHON'] ?? 'python3';
  const { status, stdout, stderr } = spawnSync(python, ['-c', READ_ALL], { input: text, encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the program above prints
  return JSON.parse(stdout) as readonly PythonFamily[];
}
