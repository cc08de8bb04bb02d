import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { loadFrom, loadNative } from './load-native.js';

function emptyPackage(): string {
  const root = mkdtempSync(join(tmpdir(), 'promshard-native-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  return root;
}

test('loading is done once', () => {
  expect(loadNative()).toBe(loadNative());
});

test('the addon is there exactly when the status says loaded', () => {
  const { status, addon } = loadNative();
  expect(addon !== undefined).toBe(status.kind === 'loaded');
});

test('a package without a binary is absent, and names the platform', () => {
  const { status, addon } = loadFrom(emptyPackage());
  expect(addon).toBeUndefined();
  expect(status).toEqual({
    kind: 'absent',
    reason: expect.stringContaining(`there is no compiled addon for ${process.platform}-${process.arch}`),
  });
});

test('a file that is no binary is absent with the reason of the system', () => {
  const root = emptyPackage();
  for (const libc of ['', '-musl']) {
    const folder = join(root, 'prebuilds', `${process.platform}-${process.arch}${libc}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'promshard_native.node'), 'not a shared object');
  }
  const { status, addon } = loadFrom(root);
  expect(addon).toBeUndefined();
  expect(status).toEqual({ kind: 'absent', reason: expect.stringContaining('promshard_native.node') });
});
