import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { GAUGE_MODES, USED_OFFSET } from '@promshard/shard-format';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { numberedDirectories, type NumberedDirectories } from './numbered-directories.js';
import { programs, type Operation, type Program } from './operations.js';
import { writeOurs } from './our-client.js';
import { hasPython, startPython, type PythonPeer } from './python-client.js';

const hasPeer = hasPython('newest');
const without = hasPeer ? '' : ' (skipped where Python with prometheus_client >= 0.17 is not installed)';

const MODES = GAUGE_MODES.filter((mode) => !mode.endsWith('avg'));

// Mapped files are allocated on the disk, which takes its time.
const BACKENDS = [
  ['pwrite', 200],
  ['auto', 40],
] as const;

describe.skipIf(!hasPeer)(`the same operations leave the same bytes as Python's${without}`, () => {
  let python: PythonPeer;
  let directories: NumberedDirectories;
  beforeAll(() => {
    python = startPython('newest');
    directories = numberedDirectories();
  });
  afterAll(async () => {
    await python.stop();
    directories.remove();
  });

  test.each(BACKENDS)('in every file kind, backend %s', async (backend, numRuns) => {
    await fc.assert(
      fc.asyncProperty(
        programs({ modes: MODES, maxBound: Infinity, specialAmounts: false }),
        async ([first]) => {
          const program = withGaugesSet(first ?? { metrics: [], operations: [] });
          const theirs = await directories.withDirectory(async (dir) => {
            await python.write(dir, 7, program.metrics, program.operations);
            return bytesInUse(dir, '7');
          });
          const ours = await directories.withDirectory(async (dir) => {
            const store = writeOurs(dir, program, backend);
            const bytes = bytesInUse(dir, store.shardId);
            store.close();
            return bytes;
          });
          expect(ours).toEqual(theirs);
        },
      ),
      { seed: 3, numRuns },
    );
  });
});

/**
 * The one intended difference: a gauge without labels exists in Python from its declaration, at 0, and here from its
 * first value, so that a process that never set it does not win `min`. Here each gets a value at once.
 */
function withGaugesSet({ metrics, operations }: Program): Program {
  const first = metrics.flatMap(({ type, labelNames }, metric): Operation[] =>
    type === 'gauge' && labelNames.length === 0
      ? [{ metric, labels: [], method: 'set', value: 1, now: 1 }]
      : [],
  );
  return { metrics, operations: [...first, ...operations] };
}

/** Bytes 0 to "in use" of each shard, in hexadecimal, by name without the writer's id. */
function bytesInUse(dir: string, id: string): Record<string, string> {
  const names = readdirSync(dir).filter((name) => name.endsWith(`_${id}.db`));
  return Object.fromEntries(
    names.toSorted().map((name) => {
      const bytes = readFileSync(join(dir, name));
      const inUse = bytes.subarray(0, bytes.readInt32LE(USED_OFFSET));
      return [name.replace(`_${id}.db`, ''), inUse.toString('latin1')];
    }),
  );
}
