import { expect, test } from 'vitest';

import { newNonce, readProcessIdentity, startTimeOf } from './process-identity.js';

test('the start time is found behind a program name with spaces and parentheses', () => {
  const fields = Array.from({ length: 30 }, (_, i) => `${i + 3}`).join(' ');
  expect(startTimeOf(`4242 (a b) c) (d) ${fields}\n`)).toBe('22');
  expect(startTimeOf('')).toBeNull();
});

test('this process is told by its PID', () => {
  expect(readProcessIdentity()).toMatchObject({ pid: process.pid });
});

test('nonces are 16 hexadecimal digits, each time others', () => {
  expect(newNonce()).toMatch(/^[0-9a-f]{16}$/);
  expect(newNonce()).not.toBe(newNonce());
});
