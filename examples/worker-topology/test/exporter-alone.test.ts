import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { scrape } from '../src/demo/scrape.js';
import { type Program, startProgram } from '../src/process/start-program.js';

let multiprocDir: string;
let exporter: Program | undefined;

beforeEach(async () => {
  multiprocDir = await mkdtemp(path.join(tmpdir(), 'worker-topology-exporter-'));
});

afterEach(async () => {
  await exporter?.stop();
  await rm(multiprocDir, { recursive: true, force: true });
});

test('the exporter serves with an invalid DATABASE_URL', async () => {
  exporter = await startProgram({
    file: new URL('../dist/exporter.js', import.meta.url),
    env: {
      ...process.env,
      PROMETHEUS_MULTIPROC_DIR: multiprocDir,
      WORKER_METRICS_EXPORTER_PORT: '0',
      DATABASE_URL: 'not a url at all',
    },
  });
  expect(await scrape(exporter.details.url!)).not.toEqual([]);
});
