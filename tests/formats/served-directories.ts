import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createMetricsHandler } from '@promshard/exporter';
import { nodeHttpHandler } from '@promshard/exporter/node-http';
import { onTestFinished } from 'vitest';

/** Where each of some directories is served. */
export interface ServedDirectories {
  /** `host:port`. */
  readonly address: string;
  /** The paths, in the order of the directories. */
  readonly paths: readonly string[];
}

/** Serves directories, with all labels let out, until the test ends. */
export async function serveDirectories(directories: readonly string[]): Promise<ServedDirectories> {
  const paths = directories.map((_, i) => `/${i}/metrics`);
  const handlers = new Map(
    directories.map((dir, i) => {
      const path = paths[i] ?? '';
      const handler = createMetricsHandler({ dir, path, labelPolicy: 'off', env: {}, maxInFlight: 1000 });
      return [path, nodeHttpHandler(handler)];
    }),
  );
  const server = createServer((request, response) => handlers.get(request.url ?? '')?.(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, paths };
}
