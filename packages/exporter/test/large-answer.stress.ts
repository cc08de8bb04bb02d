import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import type { MetricFamily } from '@promshard/aggregator';
import { expect, onTestFinished, test } from 'vitest';

import { createScrapeDesk } from '../src/answer-scrape.js';
import { createRequestHandler } from '../src/handle-request.js';
import { createUnreadAnswers } from '../src/unread-answers.js';

/**
 * What the server and its client in this process may take besides the snapshot: 64 MiB of rendering memory, buffers, and what the
 * engine has not collected yet.
 */
const MAX_GROWTH_BYTES = 160 * 1024 * 1024;

test.each([{}, { 'accept-encoding': 'gzip' }])(
  'an exposition of three hundred megabytes takes a bounded part of that, with %j',
  async (headers) => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const families = [wideGauge(300_000)];
    const handle = createRequestHandler({
      desk: createScrapeDesk({ scrape: async () => ({ families }) }, 1),
      unread: createUnreadAnswers(1),
      onError: (error) => expect.unreachable(String(error)),
    });
    const server = createServer(handle);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;

    collectGarbage();
    const before = process.memoryUsage.rss();
    let most = before;
    let received = 0;
    const [response] = (await once(get(url, { headers, agent: false }), 'response')) as [IncomingMessage];
    for await (const bytes of response) {
      received += (bytes as Buffer).length;
      most = Math.max(most, process.memoryUsage.rss());
    }
    console.log({ received, growth: most - before });
    if (!('accept-encoding' in headers)) expect(received).toBeGreaterThan(300_000_000);
    expect(most - before).toBeLessThan(MAX_GROWTH_BYTES);
  },
);

/** A gauge with lines of a kilobyte, whose snapshot is small. */
function wideGauge(lines: number): MetricFamily {
  const wide = 'x'.repeat(1000);
  const samples = Array.from({ length: lines }, (_, i) => ({
    name: 'wide',
    labels: [
      ['i', `${i}`],
      ['wide', wide],
    ] as const,
    value: i,
  }));
  return { name: 'wide', type: 'gauge', help: '', samples };
}
