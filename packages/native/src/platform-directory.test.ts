import { expect, test } from 'vitest';

import { libcOf, platformDirectory } from './platform-directory.js';

test.each([
  ['linux', 'x64', 'glibc', 'linux-x64'],
  ['linux', 'arm64', 'musl', 'linux-arm64-musl'],
  ['darwin', 'arm64', 'system', 'darwin-arm64'],
] as const)('%s on %s with %s is %s', (platform, arch, libc, directory) => {
  expect(platformDirectory({ platform, arch, libc })).toBe(directory);
});

test.each([
  ['/lib/ld-musl-x86_64.so.1', 'musl'],
  ['/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2', 'glibc'],
])('a process with the loader %s uses %s', (loader, libc) => {
  const line = '7f0000000000-7f0000001000 r-xp 00000000 fe:00 1234   ';
  expect(libcOf(`${line}/usr/bin/node\n${line}${loader}\n`)).toBe(libc);
});
