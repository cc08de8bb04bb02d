import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { encodeShard } from '@promshard/shard-format';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startExporter, type Exporter } from '../src/index.js';

let dir: string;
let exporter: Exporter;
const logged: string[] = [];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'promshard-exporter-'));
  writeFileSync(
    join(dir, 'counter_1.db'),
    encodeShard([{ key: { family: 'jobs', sample: 'jobs_total', labels: {}, help: 'Jobs.' }, value: 3 }]),
  );
  writeFileSync(
    join(dir, 'gauge_max_1.db'),
    encodeShard([
      {
        key: {
          family: 'promshard_exporter_shard_bytes',
          sample: 'promshard_exporter_shard_bytes',
          labels: {},
          help: '',
        },
        value: -1,
      },
    ]),
  );
  exporter = await startExporter({ dir, port: 0, env: {}, log: (line) => logged.push(line) });
});

afterAll(async () => {
  await exporter.close();
  rmSync(dir, { recursive: true });
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: Record<string, unknown>;
  readonly body: Buffer;
}

async function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const url = new URL(path, exporter.url);
    const asked = request(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    asked.once('error', reject).end();
  });
}

describe('GET /metrics', () => {
  test('is text 0.0.4 by default, with the exporter’s own metrics behind the shards’', async () => {
    const { status, headers, body } = await ask('/metrics');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(Number(headers['content-length'])).toBe(body.length);
    // What the process uses is told on some systems more than on others.
    const lines = body
      .toString()
      .split('\n')
      .filter((line) => !line.includes('_exporter_process_'));
    expect(lines.join('\n').replaceAll(/(_seconds |version=)(?:"[^"]*"|[\d.e+-]+)/g, '$1…'))
      .toMatchInlineSnapshot(`
        "# HELP jobs_total Jobs.
        # TYPE jobs_total counter
        jobs_total 3
        # HELP promshard_exporter_build_info Versions of the exporter and of Node.js; always 1.
        # TYPE promshard_exporter_build_info gauge
        promshard_exporter_build_info{node_version=…,version=…} 1
        # HELP promshard_exporter_mapped_shard_files Of the shard files that were read, those of which this scrape read values only, through a mapping.
        # TYPE promshard_exporter_mapped_shard_files gauge
        promshard_exporter_mapped_shard_files 0
        # HELP promshard_exporter_problems Problems found in the directory by this scrape, by code; the exporter logs each with its file.
        # TYPE promshard_exporter_problems gauge
        # HELP promshard_exporter_scrape_duration_seconds Time that this scrape took to read and merge the shards.
        # TYPE promshard_exporter_scrape_duration_seconds gauge
        promshard_exporter_scrape_duration_seconds …
        # HELP promshard_exporter_series Series that this scrape merged from the shards.
        # TYPE promshard_exporter_series gauge
        promshard_exporter_series 2
        # HELP promshard_exporter_shard_bytes Bytes in use of the shards that this scrape read.
        # TYPE promshard_exporter_shard_bytes gauge
        promshard_exporter_shard_bytes 176
        # HELP promshard_exporter_shard_files Shard files that this scrape found: read whole, read in part or not at all, superseded by a fold, or skipped for want of budget.
        # TYPE promshard_exporter_shard_files gauge
        promshard_exporter_shard_files{state="good"} 2
        promshard_exporter_shard_files{state="damaged"} 0
        promshard_exporter_shard_files{state="superseded"} 0
        promshard_exporter_shard_files{state="skipped"} 0
        "
      `);
  });

  test('is OpenMetrics where the client prefers it', async () => {
    const { headers, body } = await ask('/metrics', {
      accept: 'application/openmetrics-text;version=1.0.0,*/*;q=0.1',
    });
    expect(headers['content-type']).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(body.toString()).toMatch(/# TYPE jobs counter\n# HELP jobs Jobs.\njobs_total 3\n[^]*# EOF\n$/);
  });

  test('is compressed where the client takes gzip', async () => {
    const { headers, body } = await ask('/metrics', { 'accept-encoding': 'gzip' });
    expect(headers['content-encoding']).toBe('gzip');
    expect(headers['vary']).toBe('Accept, Accept-Encoding');
    expect(gunzipSync(body).toString()).toContain('\njobs_total 3\n');
  });

  test('takes a query', async () => {
    expect(await ask('/metrics?x=1')).toMatchObject({ status: 200 });
  });

  test('keeps a shard that uses the exporter’s own names from adding to them', async () => {
    const { body } = await ask('/metrics');
    expect(body.toString().match(/^promshard_exporter_shard_bytes .*$/gm)).toHaveLength(1);
    expect(body.toString()).not.toContain('promshard_exporter_shard_bytes -1');
  });

  test('answers many at once', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => ask('/metrics')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });

  test('logs a bad file once, however often it is scraped', async () => {
    writeFileSync(join(dir, 'counter_2.db'), '');
    await ask('/metrics');
    await ask('/metrics');
    rmSync(join(dir, 'counter_2.db'));
    await ask('/metrics');
    expect(logged.filter((line) => line.includes('counter_2.db'))).toEqual([
      'problem empty in "counter_2.db" at byte 0: The file has no bytes.',
    ]);
  });
});

describe('other requests', () => {
  test('HEAD /metrics has GET’s headers and no body', async () => {
    const { status, headers, body } = await ask('/metrics', {}, 'HEAD');
    expect(status).toBe(200);
    expect(Number(headers['content-length'])).toBeGreaterThan(0);
    expect(body.length).toBe(0);
  });

  test.each(['/', '/metrics/', '/Metrics', '/favicon.ico', '/%6detrics'])('%s is not found', async (path) => {
    expect(await ask(path)).toMatchObject({ status: 404, body: Buffer.from('not found\n') });
  });

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])('%s is not allowed', async (method) => {
    const { status, headers } = await ask('/metrics', {}, method);
    expect(status).toBe(405);
    expect(headers['allow']).toBe('GET, HEAD');
  });

  test('a whole URL is taken for its path', async () => {
    const { hostname, port } = new URL(exporter.url);
    const status = await new Promise((resolve, reject) => {
      const path = 'http://metrics.example.com/metrics?x=1';
      request({ hostname, port, path, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .once('error', reject)
        .end();
    });
    expect(status).toBe(200);
  });

  test('garbage is refused, and the next scrape answered', async () => {
    const { hostname, port } = new URL(exporter.url);
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(Number(port), hostname, () => socket.end('\0\0garbage\r\n\r\n'));
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(await ask('/metrics')).toMatchObject({ status: 200 });
  });

  test('headers beyond 16 KiB are refused', async () => {
    expect(await ask('/metrics', { 'x-huge': 'x'.repeat(20_000) })).toMatchObject({ status: 431 });
  });
});

describe('startExporter', () => {
  test('fails with every problem of the configuration at once', async () => {
    await expect(
      startExporter({ env: { PROMETHEUS_MULTIPROC_DIR: 'relative', WORKER_METRICS_EXPORTER_PORT: 'x' } }),
    ).rejects.toMatchObject({ code: 'CONFIG_INVALID', problems: { length: 2 } });
  });

  test('fails with a clear error where the port is taken', async () => {
    const port = Number(new URL(exporter.url).port);
    await expect(startExporter({ dir, port, env: {} })).rejects.toMatchObject({
      name: 'ExporterError',
      code: 'LISTEN_FAILED',
      message: expect.stringContaining('EADDRINUSE'),
    });
  });

  test('closes twice without complaint, and takes no connection afterwards', async () => {
    const other = await startExporter({ dir, port: 0, env: {} });
    await Promise.all([other.close(), other.close()]);
    await expect(fetch(other.url)).rejects.toThrow();
  });
});
