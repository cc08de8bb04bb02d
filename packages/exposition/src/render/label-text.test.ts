import { expect, test } from 'vitest';
import type { LabelPair } from '../model.js';
import { labelText } from './label-text.js';
import { renderOpenMetrics } from './render-openmetrics.js';
import { renderText } from './render-text.js';

test('one array of labels serves several sample names and both formats', () => {
  const labels: readonly LabelPair[] = [['a', 'x"y']];
  const samples = ['s_sum', 's_count'].map((name) => ({ name, labels, value: 1 }));
  const families = [{ name: 's', type: 'summary' as const, help: '', samples }];
  const written = '# TYPE s summary\ns_sum{a="x\\"y"} 1\ns_count{a="x\\"y"} 1\n';
  expect([renderText({ families }), renderOpenMetrics({ families }), renderText({ families })]).toEqual([
    written,
    `${written}# EOF\n`,
    written,
  ]);
});

test('labels that cannot be written stay so when they come again', () => {
  const labels: readonly LabelPair[] = [
    ['a', '1'],
    ['a', '2'],
  ];
  expect([labelText(labels), labelText(labels)]).toEqual([undefined, undefined]);
});
