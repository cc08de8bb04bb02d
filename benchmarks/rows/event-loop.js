// For how long scrapes inside an application's process hold its event loop.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { encodeShard, shardFileName, shardId } from '@promshard/shard-format';

import { ms, printTable, QUICK } from '../report.js';

const [WRITERS, SERIES] = QUICK ? [4, 100] : [64, 2000];
const SECONDS = QUICK ? 0.2 : 8;

const dir = mkdtempSync(join(tmpdir(), 'promshard-bench-'));
for (let writer = 0; writer < WRITERS; writer++) {
  const id = shardId({ pid: 1000 + writer, nonce: writer.toString(16).padStart(16, '0') });
  const entries = Array.from({ length: SERIES }, (_, i) => ({
    key: {
      family: 'http_requests',
      sample: 'http_requests_total',
      labels: { method: 'GET', route: `/route/r${i}`, status: '200' },
      help: 'Requests.',
    },
    value: i + writer,
  }));
  writeFileSync(join(dir, shardFileName({ kind: 'counter' }, id)), encodeShard(entries));
}
const program = fileURLToPath(new URL('../stall-process.js', import.meta.url));
const { stdout } = spawnSync(process.execPath, [program, dir, String(SECONDS), '4'], { encoding: 'utf8' });
rmSync(dir, { recursive: true });
const { idle, first, warm, cold } = JSON.parse(stdout);
const row = (name, { count, p50, p99, p999, max }) => [name, count, ms(p50), ms(p99), ms(p999), ms(max)];
printTable(
  `Event-loop delay during scrapes of ${WRITERS} × ${SERIES.toLocaleString('en')} to text, in the same process (1 ms resolution)`,
  ['', 'rounds', 'p50', 'p99', 'p99.9', 'longest'],
  [
    row('idle', idle),
    row('with the first scrape of the process', first),
    row('warm scrapes', warm),
    row('every fourth scrape cold', cold),
  ],
);
