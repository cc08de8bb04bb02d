import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import * as layout from './layout.js';

const text = readFileSync(fileURLToPath(new URL('../FORMAT.md', import.meta.url)), 'utf8');

test('FORMAT.md states every number of layout.ts, and no other', () => {
  const stated = Object.fromEntries(
    Array.from(text.matchAll(/`([A-Z0-9_]+)` = (-?\d+)/g), ([, name, value]) => [name, Number(value)]),
  );
  expect(stated).toEqual({ ...layout });
});
