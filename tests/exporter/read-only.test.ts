import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { encodeShard } from '@promshard/shard-format';
import { expect, test, vi } from 'vitest';

import { startExporterProcess } from '../support/exporter-process.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { hasTool, toolPath } from '../support/tools.js';
import { CHANGING_CALLS, MAPPED_FOR_WRITING, OPENED_FOR_WRITING } from './changing-calls.js';

const jobs = encodeShard([
  { key: { family: 'jobs', sample: 'jobs_total', labels: {}, help: 'Jobs.' }, value: 1 },
]);

test.skipIf(!hasTool('strace')).each([
  { options: [], mapped: 0, how: 'reading' },
  { options: ['--allow-addons'], mapped: 20, how: 'mapping' },
])(
  'the exporter, $how shards, makes no system call that changes the directory (skipped where strace is not installed)',
  async ({ options, mapped }) => {
    const root = temporaryDirectory();
    const trace = join(root, 'trace');
    const dir = join(root, 'shards');
    mkdirSync(dir);
    for (let writer = 1; writer <= 20; writer++) writeFileSync(join(dir, `counter_${writer}.db`), jobs);
    const exporter = await startExporterProcess(
      dir,
      [
        toolPath('strace'),
        '-f',
        // The tracer runs apart, so that signals go to the exporter.
        '-D',
        '-y',
        '-e',
        'trace=file,desc',
        '-o',
        trace,
      ],
      options,
    );
    const before = readdirSync(dir);
    for (let round = 0; round < 20; round++) {
      await Promise.all(Array.from({ length: 10 }, () => exporter.scrape()));
    }
    expect(await exporter.scrape()).toContain(`promshard_exporter_mapped_shard_files ${mapped}\n`);
    expect(await exporter.stop()).toBe(0);
    const ended = new RegExp(`^${exporter.child.pid} +\\+{3} exited with 0 \\+{3}$`, 'm');
    await vi.waitUntil(() => ended.test(readFileSync(trace, 'utf8')), 10_000);

    const calls = readFileSync(trace, 'utf8')
      .split('\n')
      .filter((line) => line.includes(dir));
    // The trace did see the exporter read: otherwise the next line would hold of any program.
    expect(calls.some((line) => /\bopen(?:at)?\(.*counter_1\.db.*O_RDONLY/.test(line))).toBe(true);
    expect(calls.some((line) => /\bmmap\(.*PROT_READ, MAP_SHARED,.*counter_1\.db/.test(line))).toBe(
      mapped > 0,
    );
    const changing = [CHANGING_CALLS, OPENED_FOR_WRITING, MAPPED_FOR_WRITING];
    expect(calls.filter((line) => changing.some((pattern) => pattern.test(line)))).toEqual([]);
    expect(calls.filter((line) => /\b(?:p?write(?:v2?|64)?|pwritev2?)\(\d+<[^>]*shards/.test(line))).toEqual(
      [],
    );
    expect(readdirSync(dir)).toEqual(before);
  },
);
