// A process that scrapes a directory when it is told to, beside merely reading the files, and says what that cost.
import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';

import { createAggregator } from '@promshard/aggregator';
import { renderBytes, RenderMemory } from '@promshard/exposition';

const [dir, way] = process.argv.slice(2);
const options = way === 'reading' ? { dir, native: false } : { dir };
const TEXT = { format: 'text', version: '0.0.4' };
const READ_BUFFER = Buffer.allocUnsafe(16 << 20);

let aggregator = createAggregator(options);
let memory = new RenderMemory();

const work = {
  /** What a scraper is sent, as pieces of bytes. */
  async scrape() {
    let bytes = 0;
    for (const piece of renderBytes(await aggregator.collect(), TEXT, { memory })) bytes += piece.length;
    return bytes;
  },
  /** As the first scrape of an exporter, in a process whose code is already compiled. */
  async cold() {
    aggregator.close();
    aggregator = createAggregator(options);
    memory = new RenderMemory();
    return work.scrape();
  },
  read() {
    let bytes = 0;
    for (const name of readdirSync(dir)) {
      const fd = openSync(join(dir, name), 'r');
      bytes += readSync(fd, READ_BUFFER, 0, fstatSync(fd).size, 0);
      closeSync(fd);
    }
    return bytes;
  },
  /** The last scrape without its text. */
  async collect() {
    return (await aggregator.collect()).stats.samples;
  },
};

async function measure(what) {
  const before = process.cpuUsage();
  const start = performance.now();
  const size = await work[what]();
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  process.send({ wall, cpu: (user + system) / 1000, size, peak: process.resourceUsage().maxRSS / 1024 });
}

process.on('message', (what) => void measure(what));
process.send({ ready: true });
