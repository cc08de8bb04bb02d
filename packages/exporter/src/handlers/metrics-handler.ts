import type { FileViews } from '@promshard/native/views';
import { type LabelPolicyChoice, loadExporterConfig } from '@promshard/config';
import { standardPolicy, type LabelPolicy } from '@promshard/label-policy';

import type { ScrapeDesk } from '../answer-scrape.js';
import { openDesk } from '../open-desk.js';
import { createUnreadAnswers, type UnreadAnswers } from '../unread-answers.js';

/** What to serve inside another process; what is not given comes from `env`. */
export interface MetricsHandlerOptions {
  /** The shard directory; `PROMETHEUS_MULTIPROC_DIR` by default. */
  readonly dir?: string;
  /**
   * Path of the endpoint, where the adapter does the routing; `/metrics` by default. In Fastify and Hono it is below
   * the prefix that the handler is mounted under.
   */
  readonly path?: string;
  /** Which labels go out: see `ExporterOptions`. */
  readonly labelPolicy?: LabelPolicy | LabelPolicyChoice;
  /** How many scrapes may be under way at once, and how many answers may wait to be read; 40 by default. */
  readonly maxInFlight?: number;
  /**
   * The mappings of `@promshard/native/views`, where its addon is there by default: see `createAggregator`. `false` goes without.
   */
  readonly native?: FileViews | false | undefined;
  /** The environment to read; `process.env` by default. */
  readonly env?: NodeJS.ProcessEnv;
  /** Takes one line on each new problem in the directory or failed scrape; `console.error` by default. */
  readonly log?: (line: string) => void;
}

/**
 * The exporter's endpoint without its server, for the adapters: `@promshard/exporter/node-http` (Express too),
 * `/fastify` and `/hono`. One handler may serve several of them, and they share its work.
 */
export interface MetricsHandler {
  readonly path: string;
  readonly desk: ScrapeDesk;
  readonly unread: UnreadAnswers;
  /** Told of a request that failed; the client gets a fixed text. */
  readonly onError: (error: unknown) => void;
}

const MAX_IN_FLIGHT = 40;

/**
 * Makes the endpoint of a shard directory, to be mounted in a server of one's own. It only reads, opens nothing before
 * the first scrape, keeps shards open for no longer than two minutes after the last, and needs no closing.
 *
 * It serves the workers' families: mount it beside the process's own metrics, never merged with them.
 *
 * @throws ConfigError of `@promshard/config` with every problem of the configuration at once.
 */
export function createMetricsHandler(options: MetricsHandlerOptions = {}): MetricsHandler {
  const {
    dir,
    path = '/metrics',
    labelPolicy,
    maxInFlight = MAX_IN_FLIGHT,
    native,
    env = process.env,
    log = (line) => console.error(`promshard: ${line}`),
  } = options;
  const choice = typeof labelPolicy === 'object' ? undefined : labelPolicy;
  const config = loadExporterConfig(env, { dir, labelPolicy: choice });
  const policy = typeof labelPolicy === 'object' ? labelPolicy : policyOf(config.labelPolicy);
  const aggregator = { dir: config.dir, native, ...(policy === undefined ? {} : { labelPolicy: policy }) };
  return {
    path,
    desk: openDesk({ aggregator, maxInFlight, log }),
    // As many as are answered in one stroke, and as many again.
    unread: createUnreadAnswers(2 * maxInFlight),
    onError: (error) => log(`scrape failed: ${String(error)}`),
  };
}

function policyOf(choice: LabelPolicyChoice): LabelPolicy | undefined {
  return choice === 'off' ? undefined : standardPolicy;
}
