import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

import { parseExposition } from '@promshard/exposition';
import { encodeShard } from '@promshard/shard-format';
import { describe, expect, test } from 'vitest';

import { type ExporterProcess, startExporterProcess } from '../support/exporter-process.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { type Behaviour, startHostileClient } from './start-hostile-client.js';

const MIB = 1024 * 1024;

/** A directory whose exposition has some megabytes, more than the kernel's buffers take. */
function directoryOf(series: number): string {
  const dir = temporaryDirectory();
  const entries = Array.from({ length: series }, (_, index) => ({
    key: {
      family: 'jobs',
      sample: 'jobs_total',
      labels: { kind: `kind_${index}_${'x'.repeat(80)}` },
      help: 'Jobs.',
    },
    value: index,
  }));
  writeFileSync(join(dir, 'counter_1.db'), encodeShard(entries));
  return dir;
}

async function selfMetric(exporter: ExporterProcess, name: string): Promise<number> {
  const { families } = parseExposition(await exporter.scrape());
  const family = families.find((one) => one.name === `promshard_exporter_${name}`);
  return family?.samples[0]?.value ?? Number.NaN;
}

/** Scrapes a number of times, and fails if any is not answered whole. */
async function keepsAnswering(exporter: ExporterProcess, series: number): Promise<void> {
  for (let round = 0; round < 5; round++) {
    const text = await exporter.scrape();
    expect(text.match(/^jobs_total\{/gm)).toHaveLength(series);
  }
}

/** Sends bytes as they are and resolves to what comes back until the connection ends. */
async function exchange(url: string, bytes: string): Promise<string> {
  const { port, hostname } = new URL(url);
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    socket.on('error', () => {});
    socket.once('close', () => resolve(answer));
  });
}

describe('the exporter keeps answering', () => {
  test.each<[Behaviour, number, number]>([
    ['silent', 10_000, 100],
    ['slow-headers', 2000, 100],
    ['slow-reader', 300, 20_000],
    ['endless-body', 300, 100],
    ['huge-headers', 300, 100],
    ['pipelining', 50, 20_000],
  ])(
    'while others are hostile: %s on %i connections',
    async (behaviour, count, series) => {
      const exporter = await startExporterProcess(directoryOf(series));
      await keepsAnswering(exporter, series);
      const before = await selfMetric(exporter, 'process_resident_memory_bytes');
      const established = await startHostileClient(behaviour, exporter.url, count);
      expect(established).toBe(count);
      await keepsAnswering(exporter, series);
      // Only so many are kept, with an allowance for those that are just being ended.
      expect(await selfMetric(exporter, 'process_open_fds')).toBeLessThan(700);
      // Forty answers that wait to be read, of some 3 MB in the worst case, each held twice while it is being made.
      const after = await selfMetric(exporter, 'process_resident_memory_bytes');
      expect((after - before) / MIB).toBeLessThan(400);
      expect(exporter.errors()).toBe('');
      expect(await exporter.stop()).toBe(0);
    },
    120_000,
  );

  const descriptors = Number(/Max open files\s+\d+\s+(\d+)/.exec(readLimits())?.[1] ?? 0);
  test.skipIf(descriptors < 12_000)(
    'with ten thousand connections open at once, where it may keep so many (skipped where 12,000 descriptors are not allowed)',
    async () => {
      const exporter = await startExporterProcess(directoryOf(100), [], ['--max-connections', '11000']);
      expect(await startHostileClient('silent', exporter.url, 10_000)).toBe(10_000);
      expect(await selfMetric(exporter, 'process_open_fds')).toBeGreaterThan(10_000);
      await keepsAnswering(exporter, 100);
      expect(await exporter.stop()).toBe(0);
    },
    120_000,
  );
});

describe('a client', () => {
  test('that pipelines a little gets its answers in order', async () => {
    const exporter = await startExporterProcess(directoryOf(10));
    const request = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
    const answer = await exchange(
      exporter.url,
      request('/metrics') + request('/nothing') + request('/metrics', 'Connection: close\r\n'),
    );
    expect(answer.match(/^HTTP\/1\.1 \d+/gm)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 200']);
  });

  test('that pipelines without end is cut off', async () => {
    const exporter = await startExporterProcess(directoryOf(10));
    const answer = await exchange(exporter.url, 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(10_000));
    expect((answer.match(/^HTTP\/1\.1 /gm) ?? []).length).toBeLessThan(1000);
    await keepsAnswering(exporter, 10);
  });

  test.each([
    ['', 'text/plain; version=0.0.4'],
    [',,,;;;===', 'text/plain; version=0.0.4'],
    ['text/html;q=nan', 'text/plain; version=0.0.4'],
    ['application/openmetrics-text;q=-1', 'text/plain; version=0.0.4'],
    ['application/openmetrics-text;version="1.0.0";q=0', 'text/plain; version=0.0.4'],
    ['\u00e9\u00ff/*;q=0.5', 'text/plain; version=0.0.4'],
    ['a/b;'.repeat(3000), 'text/plain; version=0.0.4'],
    [`${'x/y,'.repeat(3000)}application/openmetrics-text`, 'application/openmetrics-text; version=1.0.0'],
    ['application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily', 'text/plain; version=0.0.4'],
  ])('with a bad Accept header gets the format that fits best (%#)', async (accept, type) => {
    const exporter = await startExporterProcess(directoryOf(1));
    const answer = await exchange(
      exporter.url,
      `GET /metrics HTTP/1.1\r\nHost: x\r\nAccept: ${accept}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer.toLowerCase()).toContain(`content-type: ${type}`);
  });
});

function readLimits(): string {
  try {
    return readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return '';
  }
}
