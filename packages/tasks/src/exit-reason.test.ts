import { expect, test } from 'vitest';

import { exitReason } from './exit-reason.js';

test.each([
  [0, null, 'clean'],
  [1, null, 'failed'],
  [255, undefined, 'failed'],
  [78, null, 'configuration'],
  [137, null, 'killed'],
  [143, null, 'terminated'],
  [139, null, 'crashed'],
  [null, 'SIGKILL', 'killed'],
  [null, 'SIGTERM', 'terminated'],
  [null, 'SIGABRT', 'crashed'],
  [null, 'SIGUSR2', 'other'],
  [null, null, 'other'],
  [undefined, undefined, 'other'],
] as const)('code %s and signal %s is %3$s', (code, signal, reason) => {
  expect(exitReason(code, signal)).toBe(reason);
});
