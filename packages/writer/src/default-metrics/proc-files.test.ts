import { expect, test } from 'vitest';

import { parseMaxFiles, parseProcMemory } from './proc-files.js';

test('memory is told in bytes, and not at all where a size is missing', () => {
  const status = 'Name:\tnode\nVmPeak:\t  999999 kB\nVmSize:\t  600 kB\nVmRSS:\t  40 kB\nVmData:\t  100 kB\n';
  expect(parseProcMemory(status)).toEqual({ resident: 40_960, virtual: 614_400, data: 102_400 });
  expect(parseProcMemory(status.replace('VmRSS', 'Vm'))).toBeUndefined();
});

test('the soft limit of open files is found', () => {
  const limits = (soft: string): string =>
    `Limit                     Soft Limit           Hard Limit           Units     \nMax open files            ${soft}                 1048576              files     \n`;
  expect(parseMaxFiles(limits('1024'))).toBe(1024);
  expect(parseMaxFiles(limits('unlimited'))).toBe(Infinity);
  expect(parseMaxFiles('')).toBeUndefined();
});
