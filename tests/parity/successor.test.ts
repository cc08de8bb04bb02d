import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { createAggregator } from '@promshard/aggregator';
import { expect, test } from 'vitest';

import { runSuccessfully } from '../packages/run-program.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

// prom-client's successor needs Node.js 22; under 20 the calls are made by another one.
const node = nodeOfSuccessor();

test.skipIf(node === undefined)(
  'registries of @prometheus-io/client show our metrics as they show their own (skipped where Node.js 22 is not installed)',
  async () => {
    const dir = temporaryDirectory();
    const program = fileURLToPath(new URL('successor-registry.mjs', import.meta.url));
    const output = await runSuccessfully(node ?? '', [program, dir], { cwd: dir });
    const { theirs, ours } = JSON.parse(output) as { theirs: object; ours: object };
    expect(ours).toEqual(theirs);

    const { families } = await createAggregator({ dir }).collect();
    expect(
      families
        .find(({ name }) => name === 'c')
        ?.samples.map(({ labels, value }) => [Object.fromEntries(labels), value]),
    ).toEqual([
      [{ app: 'shop', code: '200', method: 'GET' }, 2],
      [{ app: 'shop', code: '500', method: 'PUT' }, 1],
      [{ app: 'shop', code: 'a"b\\c\nd', method: 'default' }, 1],
    ]);
  },
);

function nodeOfSuccessor(): string | undefined {
  if (Number(process.versions.node.split('.')[0]) >= 22) return process.execPath;
  const path = process.env['TEST_TOOLS_NODE_22'];
  if (path !== undefined && existsSync(path)) return path;
  if (process.env['TEST_TOOLS_REQUIRED'] === '1') throw new Error('Node.js 22 is not installed.');
  return undefined;
}
