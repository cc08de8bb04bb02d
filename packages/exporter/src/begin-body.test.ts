import { describe, expect, test } from 'vitest';

import { beginBody } from './begin-body.js';

const PIECE = 600_000;

/** Pieces of a body, and what became of it. */
function bodyOf(count: number) {
  const state = { made: 0, isEnded: false };
  function* pieces(): Generator<Uint8Array, void, undefined> {
    try {
      for (; state.made < count; state.made++) yield new Uint8Array(PIECE).fill(state.made);
    } finally {
      state.isEnded = true;
    }
  }
  return { state, begun: beginBody(pieces()) };
}

test.each([0, 1, 2])('a body of %d pieces, the last of which passes a megabyte, is whole', (count) => {
  const { begun } = bodyOf(count);
  if (begun.kind !== 'whole') throw new Error('it is not whole');
  expect(begun.bytes).toHaveLength(count * PIECE);
  for (let piece = 0; piece < count; piece++) expect(begun.bytes[piece * PIECE]).toBe(piece);
});

describe('of a larger one', () => {
  function piecesOf(count: number) {
    const { state, begun } = bodyOf(count);
    if (begun.kind !== 'pieces') throw new Error('it is whole');
    const iterator = begun.pieces[Symbol.iterator]() as Generator<Uint8Array>;
    return { state, iterator };
  }

  test('the rest is made when it is asked for', () => {
    const { state, iterator } = piecesOf(5);
    expect(state.made).toBe(2);
    expect([...iterator].map(([first]) => first)).toEqual([0, 1, 2, 3, 4]);
    expect(state).toEqual({ made: 5, isEnded: true });
  });

  // A stream whose client is gone does either, by what it is doing at that moment.
  test.each([1, 2, 3, 4])('no more is made for a client that is gone after %d pieces', (read) => {
    for (const isGone of [
      (iterator: Generator<Uint8Array>): unknown => iterator.return(undefined),
      (iterator: Generator<Uint8Array>): void =>
        expect(() => iterator.throw(new Error('gone'))).toThrow('gone'),
    ]) {
      const { state, iterator } = piecesOf(5);
      for (let i = 0; i < read; i++) iterator.next();
      isGone(iterator);
      expect(state.isEnded).toBe(true);
      expect(state.made).toBeLessThan(5);
    }
  });
});
