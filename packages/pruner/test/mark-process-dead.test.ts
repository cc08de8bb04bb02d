import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { encodeShard } from '@promshard/shard-format';
import { describe, expect, test } from 'vitest';

import { markProcessDead } from '../src/mark-process-dead.js';
import { addonIsAbsent, python, startProgram } from './processes.js';
import { namesIn, putWriter, scratchDirectory } from './scratch.js';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./fixtures/python_writer.py', import.meta.url));

test('a process marked dead loses its live gauges, and nothing else', async () => {
  const dir = scratchDirectory();
  const mine = putWriter(dir, 4711, { gauges: { liveall: 1 } });
  const names = ['gauge_liveall_4711.db', 'gauge_livesum_4711.db', 'gauge_all_4711.db', 'counter_4711.db'];
  for (const name of [...names, 'gauge_liveall_47110.db']) writeFileSync(join(dir, name), encodeShard([]));
  expect(await markProcessDead(4711, { dir })).toEqual({ removed: names.slice(0, 2), kept: [] });
  expect(namesIn(dir)).toEqual(
    [
      `${mine}.owner`,
      `counter_${mine}.db`,
      `gauge_liveall_${mine}.db`,
      ...names.slice(2),
      'gauge_liveall_47110.db',
    ].toSorted(),
  );
  expect(await markProcessDead('../4711', { dir })).toEqual({ removed: [], kept: [] });
});

describe.skipIf(python === undefined || addonIsAbsent || process.platform !== 'linux')(
  'a Python process (skipped where prometheus_client or the addon is not installed; Linux only)',
  () => {
    test('that was marked dead by mistake keeps its gauges', async () => {
      const dir = scratchDirectory();
      const writer = startProgram([python ?? '', script], { PROMETHEUS_MULTIPROC_DIR: dir });
      const pid = await writer.line();
      await writer.ask('gauges 1');
      const live = [`gauge_liveall_${pid}.db`, `gauge_livesum_${pid}.db`];
      expect(await markProcessDead(pid, { dir })).toEqual({ removed: [], kept: live });
      await writer.kill();
      expect(await markProcessDead(pid, { dir })).toEqual({ removed: live, kept: [] });
    });
  },
);
