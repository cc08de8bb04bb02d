import { createServer, type Server } from 'node:http';

import { createAggregator } from '@promshard/aggregator';
import { loadExporterConfig, type LabelPolicyChoice } from '@promshard/config';
import { standardPolicy, type LabelPolicy } from '@promshard/label-policy';

import { createScrapeDesk } from './answer-scrape.js';
import { ExporterError } from './exporter-error.js';
import { createRequestHandler } from './handle-request.js';
import { createProblemLog } from './problem-log.js';
import { createScraper } from './scraper.js';
import { createUnreadAnswers } from './unread-answers.js';
import { VERSION } from './version.js';

/** How to start an exporter; what is not given comes from `env`. */
export interface ExporterOptions {
  /** The shard directory; `PROMETHEUS_MULTIPROC_DIR` by default. */
  readonly dir?: string;
  /** Address to listen on; `WORKER_METRICS_EXPORTER_HOST`, or 127.0.0.1. */
  readonly host?: string;
  /** Port to listen on, 0 for any free one; `WORKER_METRICS_EXPORTER_PORT`, or 9108. */
  readonly port?: number;
  /**
   * Which labels go out, whoever wrote them: a policy, `standard` for the standard one, `off` for all labels;
   * `PROMSHARD_LABEL_POLICY`, or `standard`.
   */
  readonly labelPolicy?: LabelPolicy | LabelPolicyChoice;
  /** The environment to read; `process.env` by default. */
  readonly env?: NodeJS.ProcessEnv;
  /** Takes one line on each new problem in the directory or failed scrape; `console.error` by default. */
  readonly log?: (line: string) => void;
}

/** An exporter that listens. The caller owns it and closes it. */
export interface Exporter {
  /** Where to scrape, with the port that was chosen: `http://127.0.0.1:9108/metrics`. */
  readonly url: string;
  /** Stops taking connections, lets answers under way end for up to five seconds, then cuts them off. */
  close(): Promise<void>;
}

const CLOSE_GRACE_MS = 5000;

const MAX_IN_FLIGHT = 40;

/**
 * Starts the read-only exporter: checks the configuration, listens, and serves `GET /metrics`.
 *
 * It only ever reads the directory. Scrapes never fail because of what lies there: bad files become problems, which
 * are logged and counted in `promshard_exporter_problems`.
 *
 * @throws ConfigError of `@promshard/config` with every problem of the configuration at once.
 * @throws {@link ExporterError} `LISTEN_FAILED` where the address cannot be listened on.
 */
export async function startExporter(options: ExporterOptions = {}): Promise<Exporter> {
  const {
    dir,
    host,
    port,
    labelPolicy,
    env = process.env,
    log = (line) => console.error(`promshard-exporter: ${line}`),
  } = options;
  const config = loadExporterConfig(env, {
    dir,
    host,
    port,
    labelPolicy: typeof labelPolicy === 'object' ? undefined : labelPolicy,
  });
  const policy = typeof labelPolicy === 'object' ? labelPolicy : policyOf(config.labelPolicy);
  const logProblems = createProblemLog(log);
  const scraper = createScraper({
    aggregator: createAggregator({
      dir: config.dir,
      budgets: {
        maxFiles: config.maxScrapeFiles,
        maxBytes: config.maxScrapeBytes,
        maxSeries: config.maxScrapeSeries,
      },
      ...(policy === undefined ? {} : { labelPolicy: policy }),
    }),
    version: VERSION,
    onSnapshot: (snapshot) => logProblems(snapshot.problems),
  });
  const handle = createRequestHandler({
    desk: createScrapeDesk(scraper, MAX_IN_FLIGHT),
    unread: createUnreadAnswers(MAX_IN_FLIGHT),
    onError: (error) => log(`scrape failed: ${String(error)}`),
    isClosing: () => !server.listening,
  });
  const server = createServer(
    // Room for Prometheus's headers, not for an attacker's; and time for a slow network, not for a slow attack.
    { maxHeaderSize: 16_384, headersTimeout: 10_000, requestTimeout: 20_000, keepAliveTimeout: 75_000 },
    (request, response) => void handle(request, response),
  );
  const address = await listen(server, config.host, config.port);
  return { url: `http://${address}/metrics`, close: () => closeServer(server) };
}

function policyOf(choice: LabelPolicyChoice): LabelPolicy | undefined {
  return choice === 'off' ? undefined : standardPolicy;
}

async function listen(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code ?? cause.message;
      reject(
        new ExporterError(
          'LISTEN_FAILED',
          `Cannot listen on ${host} port ${port}: ${why}. Choose another with WORKER_METRICS_EXPORTER_HOST and WORKER_METRICS_EXPORTER_PORT.`,
          { cause },
        ),
      );
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const actualPort = typeof address === 'object' && address !== null ? address.port : port;
  return `${host.includes(':') ? `[${host}]` : host}:${actualPort}`;
}

async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    const cutOff = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
    // A server that was closed before reports an error here; closing twice is fine.
    server.close(() => {
      clearTimeout(cutOff);
      resolve();
    });
    server.closeIdleConnections();
  });
}
