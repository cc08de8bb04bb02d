import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { chooseMerged, LAYER_RULE, type Layer, type LayerRule } from './plan-layers.js';

const layersOf = (...bytes: number[]): Layer[] =>
  bytes.map((size, i) => ({ name: `counter_folded-${i + 1}.db`, generation: i + 1, bytes: size }));

const rule: LayerRule = { floorBytes: 10, ratio: 1 / 4, ceilingBytes: 10_000 };
const merged = (layers: Layer[], added: number): number[] =>
  chooseMerged(layers, added, rule).map(({ generation }) => generation);

describe('new values are merged', () => {
  test('with small layers, always', () => {
    expect(merged(layersOf(10, 10), 1)).toEqual([2, 1]);
  });

  test('not with a layer more than four times their size', () => {
    expect(merged(layersOf(1000), 249)).toEqual([]);
    expect(merged(layersOf(1000), 250)).toEqual([1]);
  });

  test('with the newest first, and with no older one behind one that stays', () => {
    expect(merged(layersOf(5, 1000, 8), 1)).toEqual([3]);
  });

  test('with a large layer once newer ones have grown to a quarter of it', () => {
    expect(merged(layersOf(1000, 250), 70)).toEqual([2, 1]);
  });

  test('never to more than the ceiling', () => {
    expect(merged(layersOf(6000), 5000)).toEqual([]);
  });
});

// Series differ, so that a merged layer is as large as all that is in it: the worst case for both bounds.
test('the layers of a kind stay few, and what is written goes with what is added', () => {
  const sizes = fc.array(fc.integer({ min: 100, max: 400_000 }), { minLength: 200, maxLength: 400 });
  fc.assert(
    fc.property(sizes, (deltas) => {
      let layers: Layer[] = [];
      let added = 0;
      let written = 0;
      for (const [i, size] of deltas.entries()) {
        const gone = chooseMerged(layers, size, LAYER_RULE);
        const bytes = gone.reduce((sum, layer) => sum + layer.bytes, size);
        layers = [
          ...layers.filter((layer) => !gone.includes(layer)),
          { name: String(i), generation: i, bytes },
        ];
        added += size;
        written += bytes - Math.min(...gone.map((layer) => layer.bytes), LAYER_RULE.floorBytes);
        expect(layers.length).toBeLessThanOrEqual(7);
      }
      expect(written / added).toBeLessThan(8);
    }),
    { numRuns: 20 },
  );
});
