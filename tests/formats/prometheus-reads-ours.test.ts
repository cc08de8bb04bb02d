import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { createAggregator, type MetricFamily } from '@promshard/aggregator';
import { ESCAPING_SCHEMES, type LeftOut, renderText } from '@promshard/exposition';
import { encodeShard } from '@promshard/shard-format';
import { describe, expect, test, vi } from 'vitest';

import { type QueriedSeries, startPrometheusScraping } from '../prometheus/prometheus-server.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { hasTool, toolPath } from '../support/tools.js';
import { generateDirectories } from './generated-directory.js';
import { serveDirectories } from './served-directories.js';

const DIRECTORIES = 25;

const PROTOCOLS = ['OpenMetricsText1.0.0', 'PrometheusText1.0.0', 'PrometheusText0.0.4'] as const;

describe.skipIf(!hasTool('prometheus'))('Prometheus (skipped where it is not installed)', () => {
  test('reads generated directories in every format and escaping scheme, every series and value', async () => {
    const directories = generateDirectories(DIRECTORIES, temporaryDirectory);
    const { address, paths } = await serveDirectories(directories);
    const targets = paths.map((path) => ({ address, path }));
    const jobs = PROTOCOLS.flatMap((protocol) =>
      ESCAPING_SCHEMES.map((scheme) => ({
        name: `${protocol}-${scheme}`,
        targets,
        settings: [
          `scrape_protocols: [${protocol}]`,
          `metric_name_escaping_scheme: ${scheme}`,
          // Hundreds of targets on a machine that has other things to do.
          'scrape_interval: 5s',
          'scrape_timeout: 5s',
        ],
      })),
    );
    const prometheus = await startPrometheusScraping(jobs);
    const all = jobs.length * targets.length;
    await vi.waitUntil(
      async () => {
        const up = await prometheus.querySeries('up');
        return up.length === all && up.every(({ value }) => value === 1);
      },
      { timeout: 90_000, interval: 500 },
    );

    for (const [i, dir] of directories.entries()) {
      const { families, problems } = await createAggregator({ dir }).collect();
      expect(problems.filter(({ code }) => code.startsWith('bad'))).toEqual([]);
      for (const { name } of jobs) {
        const read = await prometheus.querySeries(
          `{__name__!~"up|scrape_.+|promshard_exporter_.+|U__scrape.+", job="${name}", path="${paths[i]}"}`,
        );
        const isText4 = name.startsWith('PrometheusText0.0.4');
        // Text 0.0.4 knows no scheme but underscores.
        const scheme = ESCAPING_SCHEMES.find((it) => name.endsWith(it)) ?? 'underscores';
        const told: LeftOut[] = [];
        renderText(
          { families },
          { escaping: isText4 ? 'underscores' : scheme, onLeftOut: (it) => told.push(it) },
        );
        expect(told).toEqual([]);
        const expected = seriesOf(families);
        if (scheme === 'allow-utf-8' && !isText4) expect(read.map(lineOf).toSorted()).toEqual(expected);
        else
          expect(read.map(valueOf).toSorted()).toEqual(
            expected.map((line) => line.split('} ')[1]).toSorted(),
          );
      }
    }
  }, 180_000);

  test('answers histogram_quantile right over the buckets of three processes, and finds names in UTF-8', async () => {
    const dir = temporaryDirectory();
    // Per process and queue: counts in the buckets up to 0.1, 0.5, 1 and above.
    const processes = [
      { mail: [4, 8, 0, 0], image: [0, 1, 3, 0] },
      { mail: [6, 2, 2, 0], image: [0, 0, 1, 5] },
      { mail: [0, 10, 8, 0], image: [2, 4, 4, 0] },
    ];
    for (const [writer, queues] of processes.entries()) {
      const bounds = ['0.1', '0.5', '1.0', '+Inf'];
      const entries = Object.entries(queues).flatMap(([queue, counts]) =>
        counts.map((value, i) => ({
          key: {
            family: 'task.duration',
            sample: 'task.duration_bucket',
            labels: { 'queue.name': queue, le: bounds[i] ?? '' },
            help: '',
          },
          value,
        })),
      );
      writeFileSync(join(dir, `histogram_${writer}.db`), encodeShard(entries));
    }
    const { address, paths } = await serveDirectories([dir]);
    const prometheus = await startPrometheusScraping([
      { name: 'x', targets: [{ address, path: paths[0] ?? '' }] },
    ]);
    await vi.waitUntil(async () => (await prometheus.queryNumber('up')) === 1, {
      timeout: 30_000,
      interval: 200,
    });
    const quantile = async (q: number, buckets: string): Promise<number | undefined> =>
      prometheus.queryNumber(`histogram_quantile(${q}, ${buckets})`);

    // mail: 10, 20 and 10 observations, none above 1. The 20th is the tenth of the twenty between 0.1 and 0.5.
    const mail = '{"task.duration_bucket", "queue.name"="mail"}';
    expect(await quantile(0.5, mail)).toBeCloseTo(0.1 + 0.4 * (10 / 20), 12);
    expect(await quantile(0.9, mail)).toBeCloseTo(0.5 + 0.5 * (6 / 10), 12);
    expect(await quantile(0.1, mail)).toBeCloseTo(0.1 * (4 / 10), 12);
    // image: 2, 5, 8, and 5 above 1, where the highest bound is all that is known.
    expect(await quantile(0.99, '{"task.duration_bucket", "queue.name"="image"}')).toBe(1);
    // Both: 12, 25, 18, 5 of 60. The 45th is the eighth of eighteen between 0.5 and 1.
    const both = 'sum by (le) ({"task.duration_bucket"})';
    expect(await quantile(0.75, both)).toBeCloseTo(0.5 + 0.5 * (8 / 18), 12);
    expect(await prometheus.queryNumber('{"task.duration_count", "queue.name"="image"}')).toBe(20);
  }, 90_000);
});

test.skipIf(!hasTool('promtool'))(
  'promtool finds no error in generated directories, its linter knowing escaped names only (skipped where it is not installed)',
  async () => {
    for (const dir of generateDirectories(DIRECTORIES, temporaryDirectory)) {
      const snapshot = await createAggregator({ dir }).collect();
      for (const escaping of ESCAPING_SCHEMES.filter((scheme) => scheme !== 'allow-utf-8')) {
        const input = renderText(snapshot, { escaping });
        const { status, stderr } = spawnSync(toolPath('promtool'), ['check', 'metrics'], {
          input,
          encoding: 'utf8',
        });
        // 3 is advice on style, which made-up names and empty help texts do not follow; 1 is an error.
        expect([0, 3], stderr).toContain(status);
      }
    }
  },
);

/** Every series as one line, with the labels in the order of their names, without empty ones, which are none. */
function seriesOf(families: readonly MetricFamily[]): string[] {
  return families
    .flatMap(({ samples }) => samples)
    .map(({ name, labels, value }) =>
      lineOf({ labels: { __name__: name, ...Object.fromEntries(labels) }, value }),
    )
    .toSorted();
}

function lineOf({ labels, value }: QueriedSeries): string {
  const pairs = Object.entries(labels)
    .filter(([name, text]) => text !== '' && !['job', 'instance', 'path'].includes(name))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(pairs))} ${valueText(value)}`;
}

function valueOf({ value }: QueriedSeries): string {
  return valueText(value);
}

function valueText(value: number): string {
  return Object.is(value, -0) ? '-0' : `${value}`;
}
