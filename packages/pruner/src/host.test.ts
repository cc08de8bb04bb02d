import { spawnSync } from 'node:child_process';

import { expect, test } from 'vitest';

import { startTimeIn, thisHost } from './host.js';

test('finds the start time behind a command with spaces and parentheses', () => {
  const fields = Array.from({ length: 50 }, (_, i) => `f${i + 3}`);
  expect(startTimeIn(`17 (a) b (c)) ${fields.join(' ')}\n`)).toBe('f22');
  expect(startTimeIn('')).toBeNull();
});

test('tells a process that runs from one that is gone', () => {
  const host = thisHost();
  const { pid } = spawnSync(process.execPath, ['--version']);
  expect(host.exists(process.pid)).toBe(true);
  expect(host.exists(pid)).toBe(false);
  expect(host.startTimeOf(pid)).toBeNull();
});

test.skipIf(process.platform !== 'linux')('knows itself (Linux only)', () => {
  const { bootId, pidNamespace, startTimeOf } = thisHost();
  expect(bootId).toMatch(/^[0-9a-f-]{36}$/);
  expect(pidNamespace).toMatch(/^pid:\[\d+\]$/);
  expect(startTimeOf(process.pid)).toMatch(/^\d+$/);
});
