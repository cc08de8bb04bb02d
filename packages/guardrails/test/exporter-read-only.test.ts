import { describe, expect, test } from 'vitest';

import { type FixtureFiles, findIn } from './fixture-project.js';

const RULE = { exporters: { entries: ['src/exporter.js'], settings: ['src/settings/**'] } };

const files = (text: string): FixtureFiles => ({
  'src/exporter.js': `import './read.js';\n`,
  'src/read.js': `${text}\n`,
  'src/settings/database.js': `export const url = process.env.DATABASE_URL;\n`,
  'node_modules/pg/index.js': `module.exports = { Pool: class {} };\n`,
  'node_modules/pg-boss/index.js': ``,
  'node_modules/dotenv/index.js': ``,
  'node_modules/pg-format/index.js': ``,
  'node_modules/cache/index.js': `const fs = require('fs');\nexports.put = () => fs.writeFileSync('a', '');\n`,
});

describe('a module that an exporter has no use for', () => {
  test.each([
    ['a database', `import pg from 'pg';`, `import format from 'pg-format';`],
    [
      'a database of Node.js',
      `import { DatabaseSync } from 'node:sqlite';\nnew DatabaseSync('a');`,
      `import 'node:path';`,
    ],
    ['a queue', `const boss = await import('pg-boss');`, ``],
    ['settings of others', `require('dotenv').config();`, ``],
    [
      'settings of its own',
      `import { url } from './settings/database.js';\nurl.go();`,
      `import type { Url } from './settings/database.js';`,
    ],
  ])('%s is found with the chain, its twin passes', async (_name, text, clean) => {
    const [first, step, last] = await findIn(files(text), RULE);
    expect(first).toMatch(/^error exporter-read-only\/forbidden-module src\/read\.js:1:\d+$/);
    expect(step).toBe(`  src/exporter.js:1:1 imports './read.js'`);
    expect(last).toMatch(/^ {2}src\/read\.js:1:\d+ /);
    const path = clean.includes('import type') ? { 'src/read.ts': clean, 'src/read.js': '' } : {};
    expect(await findIn({ ...files(clean), ...path }, RULE)).toEqual([]);
  });

  test('that the configuration adds is one', async () => {
    const config = { exporters: { ...RULE.exporters, forbidden: { 'pg-format': 'it is for statements' } } };
    expect((await findIn(files(`import 'pg-format';`), config))[0]).toContain(
      'forbidden-module src/read.js:1:1',
    );
  });
});

describe('a change of files', () => {
  test.each([
    [
      `import { writeFileSync } from 'node:fs';\nwriteFileSync('a', '');`,
      `import { readFileSync } from 'node:fs';\nreadFileSync('a');`,
    ],
    [
      `import fs from 'fs/promises';\nawait fs.rm('a');`,
      `import fs from 'fs/promises';\nawait fs.stat('a');`,
    ],
    [
      `import { promises } from 'node:fs';\npromises.mkdir('a');`,
      `import { promises } from 'node:fs';\npromises.readdir('a');`,
    ],
    [
      `const fs = require('fs');\nfs.openSync('a', 'w');`,
      `const fs = require('fs');\nfs.openSync('a', 'r');`,
    ],
    [
      `import * as fs from 'node:fs';\nfs.createWriteStream('a');`,
      `import * as fs from 'node:fs';\nfs.createReadStream('a');`,
    ],
    [`import { put } from 'cache';\nput();`, `import 'pg-format';`],
  ])('%s', async (text, clean) => {
    expect((await findIn(files(text), RULE))[0]).toMatch(
      /^error exporter-read-only\/changes-files src\/read\.js:/,
    );
    expect(await findIn(files(clean), RULE)).toEqual([]);
  });

  test.each([
    [`import fs from 'node:fs';\nuse(fs);`],
    [`import { openSync } from 'node:fs';\nopenSync('a', flags);`],
  ])('that cannot be seen is a warning: %s', async (text) => {
    expect((await findIn(files(text), RULE))[0]).toMatch(
      /^warning exporter-read-only\/may-change-files src\/read\.js:/,
    );
  });

  test('that is allowed passes', async () => {
    const allow = [{ package: 'cache', reason: 'it keeps a socket file' }];
    expect(await findIn(files(`import 'cache';`), { exporters: { ...RULE.exporters, allow } })).toEqual([]);
  });
});
