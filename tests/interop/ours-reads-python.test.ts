import { isGaugeMode } from '@promshard/shard-format';
import type { ShardStore } from '@promshard/writer';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, test } from 'vitest';

import { expectSameFamilies } from './expect-same-families.js';
import { numberedDirectories, type NumberedDirectories } from './numbered-directories.js';
import { programs } from './operations.js';
import { writeOurs } from './our-client.js';
import { hasPython, startPython, type PythonPeer } from './python-client.js';

const CLIENTS = [
  {
    client: 'newest',
    maxBound: Infinity,
    layout: 'with timestamps',
    missing: 'Python with prometheus_client >= 0.17',
  },
  {
    client: 'old',
    // From eleven digits on it writes 1e+010 where its successors write 1e+10.
    maxBound: 1e9,
    layout: 'without timestamps',
    missing: 'prometheus_client 0.16, named by TEST_TOOLS_PYTHON_OLD,',
  },
] as const;

const RUN = { seed: 2, numRuns: 200 };

for (const { client, maxBound, layout, missing } of CLIENTS) {
  const hasPeer = hasPython(client);
  const without = hasPeer ? '' : ` (skipped where ${missing} is not installed)`;

  describe.skipIf(!hasPeer)(
    `what Python writes ${layout}, we read as Python's own collector does${without}`,
    () => {
      let python: PythonPeer;
      let directories: NumberedDirectories;
      beforeAll(() => {
        python = startPython(client);
        directories = numberedDirectories();
      });
      afterAll(async () => {
        await python.stop();
        directories.remove();
      });

      test('written by several processes', async () => {
        const modes = (await python.modes()).filter(isGaugeMode);
        await fc.assert(
          fc.asyncProperty(programs({ modes, maxBound, specialAmounts: true }), (all) =>
            directories.withDirectory(async (dir) => {
              for (const [i, { metrics, operations }] of all.entries())
                await python.write(dir, 100 + i, metrics, operations);
              await expectSameFamilies(python, dir);
            }),
          ),
          RUN,
        );
      });

      // The old client cannot read entries with timestamps, which ours have.
      if (client === 'old') return;

      test('written by Python and by us into one directory', async () => {
        const modes = (await python.modes()).filter(isGaugeMode);
        await fc.assert(
          fc.asyncProperty(programs({ modes, maxBound, specialAmounts: false }), (all) =>
            directories.withDirectory(async (dir) => {
              const stores: ShardStore[] = [];
              for (const [i, program] of all.entries()) {
                if (i % 2 === 0) await python.write(dir, 100 + i, program.metrics, program.operations);
                else stores.push(writeOurs(dir, program, 'pwrite'));
              }
              await expectSameFamilies(python, dir);
              for (const store of stores) store.close();
            }),
          ),
          RUN,
        );
      });
    },
  );
}
