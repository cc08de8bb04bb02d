import { expect, test } from 'vitest';

import { PROTOCOL, type Bounds, type Protocol } from './protocol-model.js';
import { searchStates } from './search-states.js';

/** One writer is dead from the start, one counts and may die. */
const BOUNDS: Bounds = {
  writers: [
    { value: 1, isAlive: false },
    { value: 0, isAlive: true },
  ],
  mostCounted: 1,
  crashes: 1,
  damages: 1,
};

test('no state that the protocol can reach loses or doubles a count', { timeout: 120_000 }, () => {
  const { trace, states } = searchStates(PROTOCOL, BOUNDS);
  expect(trace).toBeUndefined();
  expect(states).toBeGreaterThan(100_000);
});

const MUTATIONS: readonly (readonly (keyof Protocol)[])[] = [
  ['isLocked'],
  ['foldsOnlyTheDead'],
  ['saysWhatItSupersedes'],
  ['pointsBeforeItRemoves'],
  ['sparesBeforeItPoints'],
  ['removesBeforeItForgets'],
  ['looksAtThePointerTwice'],
  ['looksAtTheSpareTwice'],
  // Either does: an old spare copy is gone before what it needs, or is not taken while there is a later one.
  ['removesOldSparesFirst', 'takesTheLatestSpare'],
];

test.each(MUTATIONS)('the search finds out a protocol without %s', { timeout: 120_000 }, (...names) => {
  const broken = Object.fromEntries(names.map((name) => [name, false]));
  expect(searchStates({ ...PROTOCOL, ...broken }, BOUNDS).trace).toBeDefined();
});
