import { expect, test } from 'vitest';

import { gaugeModeOf } from './gauge-mode.js';

test('multiprocessMode goes before the aggregator', () => {
  expect(gaugeModeOf('g', 'max', 'sum')).toBe('max');
});

test("prom-client's aggregators become modes that count living writers", () => {
  const modes = ['sum', 'min', 'max', 'average', 'first', 'omit'].map((way) =>
    gaugeModeOf('g', undefined, way),
  );
  expect(modes).toEqual(['livesum', 'livemin', 'livemax', 'liveavg', 'livemostrecent', 'omit']);
});

test('a gauge that says nothing is refused, and told what it can say', () => {
  expect(() => gaugeModeOf('g', undefined, undefined)).toThrow(
    expect.objectContaining({
      code: 'GAUGE_MODE_REQUIRED',
      message: expect.stringMatching(
        /^Gauge g does not say how .* all, liveall, min, .*'livesum' for what adds up/,
      ),
    }),
  );
  expect(() => gaugeModeOf('g', 'median', 'sum')).toThrow(
    'Gauge g has a multiprocessMode that does not exist',
  );
});
