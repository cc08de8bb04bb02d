import { describe, expect, test } from 'vitest';

import { describeDirectory, describeRemote } from './describe-directory.js';

const fault = (over: object): string =>
  describeDirectory('/a', {
    kind: 'not-permitted',
    lacking: ['write'],
    readOnlyFileSystem: false,
    mode: 0o755,
    uid: 1,
    gid: 1,
    asUid: 2,
    asGid: 2,
    ...over,
  });

describe('the true reason is', () => {
  test.each([
    ['a mount', { readOnlyFileSystem: true }, 'its file system is mounted read-only'],
    ['an owner', {}, 'it belongs to another user'],
    ['a mode', { asUid: 1, mode: 0o555 }, 'its mode forbids it'],
    ['a mode that forbids it to all', { mode: 0o555 }, 'its mode forbids it, to its owner too'],
    ['what modes do not show', { asUid: 1 }, 'an access list or a security module forbids it'],
    ['unknown where there are no users', { asUid: undefined }, 'its mode or an access list forbids it'],
  ])('%s', (_what, over, reason) => {
    expect(fault(over).endsWith(`): ${reason}`)).toBe(true);
  });
});

test('a network file system is refused with the way around it', () => {
  expect(describeRemote('NFS')).toContain('network file system (NFS)');
  expect(describeRemote('NFS')).toContain('PROMSHARD_ALLOW_NETWORK_FS=true');
});
