import { expect, test } from 'vitest';

import { PROTOCOL, type Bounds } from './protocol-model.js';
import { searchStates } from './search-states.js';

const BOUNDS: Bounds = {
  writers: [
    { value: 1, isAlive: false },
    { value: 0, isAlive: true },
  ],
  mostCounted: 1,
  crashes: 2,
  damages: 1,
};

test('no state that the protocol can reach loses or doubles a count, though two runs die', () => {
  const { trace, states, transitions } = searchStates(PROTOCOL, BOUNDS);
  console.log(JSON.stringify({ states, transitions }));
  expect(trace).toBeUndefined();
});

test('the search finds out a protocol that cannot tell two makings of one generation apart', () => {
  expect(searchStates({ ...PROTOCOL, tellsMakingsApart: false }, BOUNDS).trace).toBeDefined();
});
