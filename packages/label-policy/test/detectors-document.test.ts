import { expect, test } from 'vitest';

import { standardPolicy } from '../src/index.js';
import { VALUE_DETECTORS } from '../src/detectors/registry.js';
import { FAMILIES, ordinaryValues } from './corpus/corpus.js';

const share = (part: number, whole: number): string => (part / whole).toFixed(3);

function measure(): readonly (readonly string[])[] {
  return FAMILIES.map(({ reason, positives, hardNegatives }) => {
    const detector = VALUE_DETECTORS.find((one) => one.reason === reason);
    if (detector === undefined) throw new Error(`There is no detector for ${reason}.`);
    const found = positives.filter((value) => detector.found(value)).length;
    const wrong = hardNegatives.filter((value) => detector.found(value)).length;
    const refused = positives.filter((value) => standardPolicy.checkValue('task_name', value) !== undefined);
    return [
      `\`${reason}\``,
      String(positives.length),
      String(hardNegatives.length),
      share(found, found + wrong),
      share(found, positives.length),
      share(refused.length, positives.length),
    ];
  });
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, column) =>
    Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(head), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}

test('DETECTORS.md holds what the detectors find in the corpus', async () => {
  const rows = measure();
  const ordinary = ordinaryValues();
  const alarms = ordinary.filter((value) => standardPolicy.checkValue('task_name', value) !== undefined);
  await expect(`# What the value detectors find

Measured over the corpus in [\`test/corpus\`](test/corpus): values written by hand, and made by seeded generators. Hard
negatives look like the family's values and are something else. Nothing in it is of a real person or account: example
domains, address ranges for documentation, telephone numbers set aside for fiction, made-up numbers with right check
digits.

Precision is the share of positives among all that the detector finds in its family; recall, the share of the positives
that it finds. Refused is the share of the positives that some check of the standard policy refuses, which is what
matters to a label.

${table(['detector', 'positives', 'hard negatives', 'precision', 'recall', 'refused'], rows)}

Of ${ordinary.length} ordinary label values (names of tasks and classes, route templates, versions, hosts), ${alarms.length} are refused.

This file is written by \`pnpm --filter @promshard/label-policy corpus\`; a test holds it to the truth.
`).toMatchFileSnapshot('../DETECTORS.md');
});

test('each family has at least 200 positives and 200 hard negatives', () => {
  for (const { positives, hardNegatives } of FAMILIES) {
    expect(new Set(positives).size).toBeGreaterThanOrEqual(200);
    expect(new Set(hardNegatives).size).toBeGreaterThanOrEqual(200);
  }
});

test('every detector has a family', () => {
  expect(FAMILIES.map(({ reason }) => reason)).toEqual(VALUE_DETECTORS.map(({ reason }) => reason));
});

test('no detector is worse than it may be', () => {
  for (const [reason, , , precision, recall, refused] of measure()) {
    expect([reason, Number(precision) >= 0.95]).toEqual([reason, true]);
    expect([reason, Number(recall) >= 0.95]).toEqual([reason, true]);
    expect([reason, Number(refused) >= 0.95]).toEqual([reason, true]);
  }
});
