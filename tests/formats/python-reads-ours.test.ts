import { execFileSync } from 'node:child_process';

import { createAggregator } from '@promshard/aggregator';
import {
  ESCAPING_SCHEMES,
  type EscapingScheme,
  parseExposition,
  renderOpenMetrics,
} from '@promshard/exposition';
import { expect, test } from 'vitest';

import { hasPython } from '../interop/python-client.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { generateDirectories } from './generated-directory.js';

const READ_ALL = `
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
print(json.dumps([[[s.name, sorted(s.labels.items()), repr(float(s.value))]
                   for f in text_string_to_metric_families(text) for s in f.samples]
                  for text in json.load(sys.stdin)]))
`;

test.skipIf(!hasPython('newest'))(
  'Python’s strict parser reads the OpenMetrics of generated directories (skipped where Python with prometheus_client is not installed)',
  async () => {
    const documents: { readonly text: string; readonly escaping: EscapingScheme }[] = [];
    for (const dir of generateDirectories(60, temporaryDirectory)) {
      const snapshot = await createAggregator({ dir }).collect();
      for (const escaping of ESCAPING_SCHEMES) {
        documents.push({ text: renderOpenMetrics(snapshot, { escaping }), escaping });
      }
    }
    const input = JSON.stringify(documents.map(({ text }) => text));
    const output = execFileSync(process.env['TEST_TOOLS_PYTHON'] ?? 'python3', ['-c', READ_ALL], {
      input,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    const read = JSON.parse(output) as [name: string, labels: [string, string][], value: string][][];
    const ours = documents.map(({ text, escaping }) =>
      parseExposition(text, { format: 'openmetrics', escaping }).families.flatMap(({ samples }) =>
        samples.map(({ name, labels, value }) => [
          name,
          labels.toSorted(([a], [b]) => (a < b ? -1 : 1)),
          value,
        ]),
      ),
    );
    expect(read.map((it) => it.map(([name, labels, value]) => [name, labels, numberOf(value)]))).toEqual(
      ours,
    );
  },
);

/** A number from Python's `repr`, which is exact. */
function numberOf(text: string): number {
  return text.endsWith('inf') ? Number(text.replace('inf', 'Infinity')) : Number(text);
}
