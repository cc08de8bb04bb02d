import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { decodeShard } from '@promshard/shard-format';
import { standardPolicy, type LabelPolicy } from '@promshard/label-policy';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';

import { Counter, Gauge, Histogram, openShardStore, Summary, type ShardStore } from '../src/index.js';
import { shardNames, temporaryDirectory } from './directory.js';
import { backends, python } from './tools.js';

vi.setConfig({ testTimeout: 120_000 });

type Operation =
  | {
      readonly kind: 'declare';
      readonly type: 'counter' | 'gauge' | 'histogram' | 'summary';
      readonly name: string;
      readonly help: string;
      readonly labelNames: readonly string[];
      readonly mode?: 'all' | 'max' | 'livesum';
      readonly buckets?: readonly number[];
    }
  | {
      readonly kind: 'inc' | 'set' | 'observe';
      readonly name: string;
      readonly labels?: Readonly<Record<string, string>>;
      readonly value: number;
    };

const anything: LabelPolicy = {
  ...standardPolicy,
  maxSeriesPerProcess: 1_000_000,
  seriesBudget: () => 1_000_000,
  checkName: () => undefined,
  checkValue: () => undefined,
};

/** Performs the operations here. */
function perform(operations: readonly Operation[], store: ShardStore): void {
  type Method = (labelsOrValue: never, value?: never) => void;
  const metrics = new Map<string, { readonly [kind in 'inc' | 'set' | 'observe']?: Method }>();
  for (const operation of operations) {
    if (operation.kind === 'declare') {
      const { type, name, help, labelNames, mode = 'all', buckets = [] } = operation;
      const base = { name, help, labelNames, registers: [], store };
      const make = {
        counter: () => new Counter(base),
        gauge: () => new Gauge({ ...base, multiprocessMode: mode }),
        histogram: () => new Histogram({ ...base, buckets }),
        summary: () => new Summary(base),
      };
      metrics.set(name, make[type]());
      continue;
    }
    const { kind, name, labels, value } = operation;
    const metric = metrics.get(name);
    if (labels === undefined) metric?.[kind]?.(value as never);
    else metric?.[kind]?.(labels as never, value as never);
  }
}

/** The bytes in use of each shard, by file name without the writer's id. */
/** By kind; files that Python does not know are passed over. */
function shardBytes(dir: string): Record<string, Buffer> {
  return Object.fromEntries(
    shardNames(dir)
      .filter((name) => name.endsWith('.db'))
      .map((name) => {
        const bytes = readFileSync(join(dir, name));
        return [name.replace(/_[^_]+\.db$/, ''), bytes.subarray(0, decodeShard(bytes).used)];
      }),
  );
}

const words = fc.oneof(
  // Python cannot pass on a lone surrogate; and what is not a character has no place in a label anyway.
  fc.string({ unit: 'grapheme', maxLength: 10 }),
  fc.constantFrom('', '"', '\\', '\n', '\u007f', '😀', 'ä{}'),
);
const value = fc.double({ min: 0, max: 1e12, noNaN: true });
const buckets = [0.005, 0.5, 1, 2.5, 10, 1e6, 12_345_678];

const operations: fc.Arbitrary<Operation[]> = fc
  .record({
    help: words.map((text) => `h${text}`),
    steps: fc.array(fc.record({ metric: fc.nat(4), bare: fc.boolean(), x: words, y: words, value }), {
      maxLength: 60,
    }),
  })
  .map(({ help, steps }) => {
    const types = ['counter', 'gauge', 'histogram', 'summary', 'gauge'] as const;
    const declarations = types.flatMap((type, i) =>
      [true, false].map((isBare): Operation => ({
        kind: 'declare',
        type,
        name: `${isBare ? 'bare' : 'labelled'}_${i}`,
        help,
        labelNames: isBare ? [] : ['y', 'x'],
        mode: i === 1 ? 'max' : 'livesum',
        buckets,
      })),
    );
    // Python has an unlabelled gauge from its declaration, at 0; here it comes with its first value.
    const first = [1, 4].map((i): Operation => ({ kind: 'set', name: `bare_${i}`, value: 1 }));
    const ordered = declarations.flatMap((declaration) => [
      declaration,
      ...first.filter(({ name }) => name === declaration.name),
    ]);
    const kinds = { counter: 'inc', gauge: 'set', histogram: 'observe', summary: 'observe' } as const;
    return [
      ...ordered,
      ...steps.map(({ metric, bare, x, y, value: number }): Operation => {
        const kind = kinds[types[metric] ?? 'counter'];
        return bare
          ? { kind, name: `bare_${metric}`, value: number }
          : { kind, name: `labelled_${metric}`, labels: { x, y }, value: number };
      }),
    ];
  });

test.skipIf(python === undefined).each(backends)(
  "the same operations give the same bytes as Python's writer, on the %s backend (skipped without prometheus_client)",
  (backend) => {
    fc.assert(
      fc.property(operations, (list) => {
        const dir = temporaryDirectory();
        const [ourDir, theirDir] = [join(dir, 'ours'), join(dir, 'theirs')];
        for (const each of [ourDir, theirDir]) mkdirSync(each);
        const store = openShardStore({ dir: ourDir, backend, isolated: true, labelPolicy: anything });
        perform(list, store);
        store.close();
        writeFileSync(join(dir, 'operations.json'), JSON.stringify(list));
        const script = fileURLToPath(new URL('fixtures/python_writer.py', import.meta.url));
        execFileSync(python ?? '', [script, join(dir, 'operations.json')], {
          env: { ...process.env, PROMETHEUS_MULTIPROC_DIR: theirDir },
        });
        expect(shardBytes(ourDir)).toEqual(shardBytes(theirDir));
      }),
      { numRuns: 12 },
    );
  },
);
