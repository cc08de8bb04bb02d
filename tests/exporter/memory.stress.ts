import { writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { join } from 'node:path';

import { encodeShard } from '@promshard/shard-format';
import { expect, test } from 'vitest';

import { startExporterProcess } from '../support/exporter-process.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const SCRAPES = 100_000;
const WARM_UP = 20_000;
const CLIENTS = 8;
const MIB = 1024 * 1024;

/** One scrape on a connection that stays open. */
async function scrape(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      let text = '';
      response.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
      response.on('end', () =>
        response.statusCode === 200
          ? resolve(text)
          : reject(new Error(`answered with ${response.statusCode}`)),
      );
    }).on('error', reject);
  });
}

function valueOf(text: string, name: string): number {
  return Number(new RegExp(`^promshard_exporter_${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

test.each([
  { options: [], mapped: 0, how: 'reading' },
  { options: ['--allow-addons'], mapped: 4, how: 'mapping' },
])('memory is flat over 100,000 scrapes, $how shards', async ({ options, mapped }) => {
  const dir = temporaryDirectory();
  for (let writer = 1; writer <= 4; writer++) {
    const entries = Array.from({ length: 25 }, (_, index) => ({
      key: { family: 'jobs', sample: 'jobs_total', labels: { kind: `kind_${index}` }, help: 'Jobs.' },
      value: index,
    }));
    writeFileSync(join(dir, `counter_${writer}.db`), encodeShard(entries));
  }
  // V8 enlarges its young generation when it sees fit, once, by more than what is looked for here.
  const env = { ...process.env, NODE_OPTIONS: '--max-semi-space-size=2' };
  const exporter = await startExporterProcess(dir, [], options, { env });

  /** The lowest of what some scrapes say: garbage that is not yet collected is no growth. */
  async function lowest(name: string): Promise<number> {
    const agent = new Agent({ keepAlive: true });
    let least = Number.POSITIVE_INFINITY;
    for (let look = 0; look < 500; look++) {
      least = Math.min(least, valueOf(await scrape(exporter.url, agent), name));
    }
    agent.destroy();
    return least / MIB;
  }

  async function scrapeMany(count: number): Promise<void> {
    let left = count;
    await Promise.all(
      Array.from({ length: CLIENTS }, async () => {
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });
        for (; left > 0; left--) await scrape(exporter.url, agent);
        agent.destroy();
      }),
    );
  }

  await scrapeMany(WARM_UP);
  expect(valueOf(await exporter.scrape(), 'mapped_shard_files')).toBe(mapped);
  const before = {
    resident: await lowest('process_resident_memory_bytes'),
    heap: await lowest('process_heap_bytes'),
    fds: valueOf(await exporter.scrape(), 'process_open_fds'),
  };
  await scrapeMany(SCRAPES);
  const after = {
    resident: await lowest('process_resident_memory_bytes'),
    heap: await lowest('process_heap_bytes'),
    fds: valueOf(await exporter.scrape(), 'process_open_fds'),
  };
  console.log('MiB after the warm-up and after 100,000 more scrapes:', before, after);
  expect(after.heap - before.heap).toBeLessThan(2);
  expect(after.resident - before.resident).toBeLessThan(16);
  expect(after.fds - before.fds).toBeLessThanOrEqual(2);
  expect(await exporter.stop()).toBe(0);
});
