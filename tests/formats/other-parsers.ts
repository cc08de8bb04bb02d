import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { contentType } from '@promshard/exposition';
import { onTestFinished, vi } from 'vitest';

import { startPrometheusScraping } from '../prometheus/prometheus-server.js';

/** A document that several parsers judge. */
export interface JudgedDocument {
  readonly text: string;
  readonly format: 'text' | 'openmetrics';
  /** Whether OpenMetrics' names may stand in quotes. */
  readonly quoted: boolean;
}

const READ_ALL = `
import json, sys
from prometheus_client import parser
from prometheus_client.openmetrics import parser as openmetrics
parsers = {'text': parser, 'openmetrics': openmetrics}
def judge(document):
    try:
        list(parsers[document['format']].text_string_to_metric_families(document['text']))
        return ''
    except Exception as error:
        return type(error).__name__ + ': ' + str(error)[:200]
print(json.dumps([judge(document) for document in json.load(sys.stdin)]))
`;

/** What Python's parsers say of each document; nothing where they take it. */
export function judgeByPython(documents: readonly JudgedDocument[]): readonly string[] {
  const input = JSON.stringify(documents);
  const program = process.env['TEST_TOOLS_PYTHON'] ?? 'python3';
  const output = execFileSync(program, ['-c', READ_ALL], { input, encoding: 'utf8', maxBuffer: 1 << 28 });
  return JSON.parse(output) as string[];
}

/** Whether a real Prometheus, scraping each document as a target of its own, takes it: by what `up` is. */
export async function judgeByPrometheus(documents: readonly JudgedDocument[]): Promise<readonly boolean[]> {
  const server = createServer((request, response) => {
    const document = documents[Number(request.url?.slice(1))];
    if (document === undefined) return void response.writeHead(404).end();
    const { format, quoted, text } = document;
    const escaping = quoted ? 'allow-utf-8' : 'underscores';
    const type =
      format === 'text'
        ? contentType({ format, version: '1.0.0', escaping })
        : contentType({ format, version: '1.0.0', escaping });
    response.writeHead(200, { 'content-type': type }).end(text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const targets = documents.map((_, i) => ({ address, path: `/${i}` }));
  const prometheus = await startPrometheusScraping([{ name: 'documents', targets }]);
  // A scrape may run out of time on a busy machine; the verdict on a document is always the same.
  const settled = 'count(count_over_time(up[10m]) >= 3 or max_over_time(up[10m]) == 1)';
  await vi.waitUntil(async () => (await prometheus.queryNumber(settled)) === documents.length, {
    timeout: 120_000,
    interval: 500,
  });
  const series = await prometheus.querySeries('max_over_time(up[10m])');
  const up = new Map(series.map(({ labels, value }) => [labels['path'], value === 1]));
  return documents.map((_, i) => up.get(`/${i}`) ?? false);
}
