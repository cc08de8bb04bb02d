import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { checkDirectory, type DirectorySystem } from './check-directory.js';

let root: string;

beforeAll(() => {
  root = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'promshard-config-'));
  fs.mkdirSync(path.join(root, 'dir'));
  fs.writeFileSync(path.join(root, 'file'), '');
  fs.symlinkSync(path.join(root, 'dir'), path.join(root, 'link'));
  fs.symlinkSync(path.join(root, 'gone'), path.join(root, 'dangling'));
  fs.symlinkSync(path.join(root, 'loop'), path.join(root, 'loop'));
});

afterAll(() => fs.rmSync(root, { recursive: true }));

describe('a real directory', () => {
  test.each(['dir', 'link'])('%s is usable for every use', (name) => {
    for (const use of ['read', 'write', 'prune'] as const) {
      expect(checkDirectory(path.join(root, name), use)).toEqual({ kind: 'usable' });
    }
  });

  test('is not touched by being looked at', () => {
    const look = (): unknown => {
      const { mtimeMs, ctimeMs, mode, nlink } = fs.statSync(path.join(root, 'dir'));
      return { mtimeMs, ctimeMs, mode, nlink, names: fs.readdirSync(path.join(root, 'dir')) };
    };
    const before = look();
    checkDirectory(path.join(root, 'dir'), 'prune');
    expect(look()).toEqual(before);
  });
});

describe('an obstacle', () => {
  test('is the directory itself where only that is missing', () => {
    const absent = path.join(root, 'dir', 'absent');
    expect(checkDirectory(absent, 'read')).toEqual({ kind: 'missing', absent, danglingLink: false });
  });

  test('is the first missing parent', () => {
    const absent = path.join(root, 'absent');
    expect(checkDirectory(path.join(absent, 'b', 'c'), 'read')).toEqual({
      kind: 'missing',
      absent,
      danglingLink: false,
    });
  });

  test('is a link whose target does not exist', () => {
    const absent = path.join(root, 'dangling');
    expect(checkDirectory(absent, 'read')).toEqual({ kind: 'missing', absent, danglingLink: true });
    expect(checkDirectory(path.join(absent, 'b'), 'read')).toEqual({
      kind: 'missing',
      absent,
      danglingLink: true,
    });
  });

  test('is a file in the place of the directory or of a parent', () => {
    const file = path.join(root, 'file');
    expect(checkDirectory(file, 'read')).toEqual({ kind: 'not-a-directory', file });
    expect(checkDirectory(path.join(file, 'b'), 'read')).toEqual({ kind: 'not-a-directory', file });
  });

  test.each([
    ['a loop of links', 'loop', 'ELOOP'],
    ['a name that is too long', 'x'.repeat(300), 'ENAMETOOLONG'],
    ['a name with a NUL', 'a\0b', 'ERR_INVALID_ARG_VALUE'],
  ])('may be %s', (_what, name, errorCode) => {
    expect(checkDirectory(path.join(root, name), 'read')).toEqual({ kind: 'unusable', errorCode });
  });
});

function fail(code: string): never {
  throw Object.assign(new Error(code), { code });
}

/** A system whose calls fail with a code: what no test can bring about for real. */
const refusing = (code: string, when: Partial<Record<'stat' | 'access', boolean>>): DirectorySystem => {
  const refuse = (): never => fail(code);
  const stats = { isDirectory: () => true, mode: 0o40755, uid: 1, gid: 2 };
  return {
    stat: when.stat === true ? refuse : () => stats,
    isLink: refuse,
    fileSystemType: () => undefined,
    access:
      when.access === true ? (_path, permission) => permission === 'write' && refuse() : () => undefined,
    uid: () => 3,
    gid: () => 4,
  };
};

describe('a system that refuses', () => {
  test('writing on a read-only file system is named as such', () => {
    expect(checkDirectory('/a', 'write', refusing('EROFS', { access: true }))).toEqual({
      kind: 'not-permitted',
      lacking: ['write'],
      readOnlyFileSystem: true,
      mode: 0o755,
      uid: 1,
      gid: 2,
      asUid: 3,
      asGid: 4,
    });
  });

  test('an access that fails for another reason is named by its code', () => {
    expect(checkDirectory('/a', 'write', refusing('EIO', { access: true }))).toEqual({
      kind: 'unusable',
      errorCode: 'EIO',
    });
  });

  test('the permission model is named by its code', () => {
    expect(checkDirectory('/a', 'read', refusing('ERR_ACCESS_DENIED', { stat: true }))).toEqual({
      kind: 'unusable',
      errorCode: 'ERR_ACCESS_DENIED',
    });
  });

  test('a missing directory is found below parents that the permission model hides', () => {
    const system: DirectorySystem = {
      ...refusing('ENOENT', {}),
      stat: (target) => fail(target === '/a/b' ? 'ENOENT' : 'ERR_ACCESS_DENIED'),
    };
    expect(checkDirectory('/a/b', 'read', system)).toEqual({
      kind: 'missing',
      absent: '/a/b',
      danglingLink: false,
    });
  });

  test('a missing directory stays missing where links cannot be told', () => {
    expect(checkDirectory('/a', 'read', refusing('ENOENT', { stat: true }))).toMatchObject({
      danglingLink: false,
    });
  });
});

describe('a directory on', () => {
  const on = (type: number | undefined): unknown =>
    checkDirectory('/a', 'write', {
      stat: () => ({ isDirectory: () => true, mode: 0o40755, uid: 1, gid: 2 }),
      isLink: () => false,
      fileSystemType: () => type,
      access: () => undefined,
      uid: () => 1,
      gid: () => 2,
    });

  test.each([
    ['NFS', 0x6969],
    ['CIFS', 0xff534d42],
    ['CIFS', 0xff534d42 | 0],
    ['SMB2', 0xfe534d42],
    ['FUSE', 0x65735546],
    ['9P', 0x01021997],
  ])('%s is usable, and its file system named (%i)', (remote, type) => {
    expect(on(type)).toEqual({ kind: 'usable', remote });
  });

  test.each([
    ['ext4', 0xef53],
    ['tmpfs', 0x01021994],
    ['overlayfs', 0x794c7630],
    ['btrfs', 0x9123683e],
    ['XFS', 0x58465342],
    ['a system that does not tell', undefined],
  ])('%s is local', (_name, type) => {
    expect(on(type)).toEqual({ kind: 'usable' });
  });
});
