import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { createAggregator } from '@promshard/aggregator';
import { build } from 'tsup';
import { expect, test } from 'vitest';

import { temporaryDirectory } from '../support/temporary-directory.js';
import { runSuccessfully } from './run-program.js';

// What bundlers of applications add, so that CommonJS packages within find Node's modules.
const REQUIRE =
  "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);";

// A bundle has no manifest of ours beside it; one of CommonJS does not even know where it lies.
test.each([
  ['esm', REQUIRE],
  ['cjs', ''],
] as const)('an application bundled into one %s file counts and serves', async (format, banner) => {
  const folder = temporaryDirectory();
  const metrics = join(folder, 'metrics');
  mkdirSync(metrics);
  await build({
    entry: [fileURLToPath(new URL('bundled-program.mjs', import.meta.url))],
    outDir: join(folder, 'dist'),
    format: [format],
    platform: 'node',
    noExternal: [/.*/],
    banner: { js: banner },
    config: false,
    silent: true,
  });
  const [file = ''] = readdirSync(join(folder, 'dist'));
  await runSuccessfully(process.execPath, [join(folder, 'dist', file), metrics], { cwd: folder });
  const { families } = await createAggregator({ dir: metrics }).collect();
  expect(families.find(({ name }) => name === 'bundled')?.samples[0]?.value).toBe(3);
});
