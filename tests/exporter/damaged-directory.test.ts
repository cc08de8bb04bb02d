import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { parseExposition } from '@promshard/exposition';
import { encodeShard, HEADER_BYTES } from '@promshard/shard-format';
import { expect, test } from 'vitest';

import { startExporterProcess } from '../support/exporter-process.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

function jobs(kind: string, value: number): Uint8Array {
  return encodeShard([
    { key: { family: 'jobs', sample: 'jobs_total', labels: { kind }, help: 'Jobs.' }, value },
    { key: { family: 'jobs', sample: 'jobs_total', labels: { kind: 'all' }, help: 'Jobs.' }, value },
  ]);
}

test('good shards are served beside bad ones, and each bad one is logged with its byte offset', async () => {
  const dir = temporaryDirectory();
  const write = (name: string, bytes: Uint8Array): void => writeFileSync(join(dir, name), bytes);
  write('counter_1.db', jobs('zip', 2));
  write('counter_2.db', jobs('hash', 3));
  write('counter_3.db', new Uint8Array(0));
  const cut = jobs('cut', 5);
  write('counter_4.db', cut);
  truncateSync(join(dir, 'counter_4.db'), cut.length - 4);
  const random = Uint8Array.from({ length: 4096 }, (_, i) => (i * 7919 + 13) & 0xff);
  write('counter_5.db', random);
  const broken = jobs('broken', 7);
  new DataView(broken.buffer).setInt32(HEADER_BYTES, 1_000_000, true);
  write('counter_6.db', broken);
  write('sqlite.db', new TextEncoder().encode('SQLite format 3\0'));
  mkdirSync(join(dir, 'counter_7.db'));
  symlinkSync('/etc/passwd', join(dir, 'counter_8.db'));

  const exporter = await startExporterProcess(dir);
  const { families } = parseExposition(await exporter.scrape());
  const served = families.find((family) => family.name.startsWith('jobs'));
  // The cut shard's first entry is whole, so it counts.
  expect(served?.samples.map(({ labels, value }) => [Object.fromEntries(labels)['kind'], value])).toEqual([
    ['all', 5],
    ['cut', 5],
    ['hash', 3],
    ['zip', 2],
  ]);

  const logged = exporter.errors();
  expect(logged).toMatch(/"counter_3\.db" at byte 0:/);
  expect(logged).toMatch(new RegExp(`"counter_4\\.db" at byte ${cut.length - 4}:`));
  expect(logged).toMatch(/"counter_5\.db" at byte \d+:/);
  expect(logged).toMatch(new RegExp(`"counter_6\\.db" at byte ${HEADER_BYTES}:`));
  for (const name of ['sqlite.db', 'counter_7.db', 'counter_8.db'])
    expect(logged).toContain(JSON.stringify(name));

  const problems = families.find((family) => family.name === 'promshard_exporter_problems');
  expect(problems?.samples.reduce((sum, { value }) => sum + value, 0)).toBe(7);
});
