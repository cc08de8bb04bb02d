import { constants } from 'node:os';

import { expect, test } from 'vitest';

import { NativeError } from './native-error.js';

test('an error reads like those of node:fs', () => {
  const error = new NativeError(-constants.errno.ENOSPC, 'fallocate');
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({
    name: 'NativeError',
    code: 'ENOSPC',
    errno: -constants.errno.ENOSPC,
    syscall: 'fallocate',
    message: 'ENOSPC: no space left on device, fallocate',
  });
});

test('a number that Node.js has no name for is kept', () => {
  expect(new NativeError(-9999, 'mmap')).toMatchObject({ code: 'UNKNOWN', errno: -9999 });
});
