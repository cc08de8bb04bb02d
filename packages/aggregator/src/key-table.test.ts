import { expect, test } from 'vitest';
import { KeyTable } from './key-table.js';

/** A key of some words. */
function words(...numbers: number[]): Int32Array {
  return Int32Array.from(numbers);
}

test('each key has one number, by which it is found again, guessed or not', () => {
  const table = new KeyTable();
  const keys = Array.from({ length: 5000 }, (_, i) => words(i, i * 7919, -i, 1 + (i % 3)));
  for (const [i, key] of keys.entries()) {
    expect(table.find(key, 0, 4, i)).toBe(undefined);
    expect(table.add(key, 0, 4)).toBe(i);
  }
  for (const [i, key] of keys.entries()) {
    expect(table.find(key, 0, 4, i)).toBe(i);
    expect(table.find(key, 0, 4, 0)).toBe(i);
    expect(table.endsWith(i, words(9, ...key), 5)).toBe(true);
  }
  expect(table.find(words(1, 7919, -1), 0, 3, 1)).toBe(undefined);
  expect(table.endsWith(1, words(1, 7919), 2)).toBe(false);
});

test('keys whose hashes all collide are found, and in time', () => {
  const table = new KeyTable();
  // Words that the hash, h = (h ^ word) * m, h ^= h >>> 15, takes to one and the same number.
  const inverse = inverseOf(0x5bd1e995);
  const colliding = Array.from({ length: 3000 }, (_, i) => {
    let state = Math.imul(i ^ 0, 0x5bd1e995);
    state ^= state >>> 15;
    return words(i, state ^ Math.imul(12_345, inverse));
  });
  for (const key of colliding) table.add(key, 0, 2);
  for (const [i, key] of colliding.entries()) expect(table.find(key, 0, 2, 0)).toBe(i);
});

/** The number that undoes a multiplication of 32-bit words by an odd one (Newton's iteration). */
function inverseOf(odd: number): number {
  let inverse = odd;
  for (let i = 0; i < 5; i++) inverse = Math.imul(inverse, 2 - Math.imul(odd, inverse));
  return inverse;
}
