import { accessSync, constants } from 'node:fs';

import type { LabelPolicyChoice } from '@promshard/config';
import { standardPolicy, type LabelPolicy } from '@promshard/label-policy';

import type { Exporter, ExporterOptions } from './exporter-options.js';
import type { Gate } from './gate.js';
import { createRequestHandler } from './handle-request.js';
import { openDesk } from './open-desk.js';
import { verifyHere } from './password-verifier.js';
import { listenTargets, type PreparedExporter, prepareExporter } from './prepare-exporter.js';
import { startServer } from './start-server.js';
import { createUnreadAnswers } from './unread-answers.js';
import { createBasicAuth, type PasswordVerifier } from './web-config/basic-auth.js';
import { createFileLog, type FileLog } from './web-config/file-log.js';
import { createRateLimiter } from './web-config/rate-limiter.js';
import { createWebGate } from './web-config/web-gate.js';

/** What the bin has that a caller of the library has not. */
export interface ExporterSurroundings {
  /** Compares passwords with hashes. */
  readonly verifyPassword: PasswordVerifier;
  /** The process that started this one to be read-only, if one did. */
  readonly launcherPid?: number;
}

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
  return startExporterIn({ verifyPassword: verifyHere }, options);
}

/** As {@link startExporter}, in the surroundings that a process has. */
export async function startExporterIn(
  { verifyPassword, launcherPid }: ExporterSurroundings,
  options: ExporterOptions,
): Promise<Exporter> {
  const {
    labelPolicy,
    native,
    env = process.env,
    log = (line) => console.error(`promshard-exporter: ${line}`),
    ...overrides
  } = options;
  const choice = typeof labelPolicy === 'object' ? undefined : labelPolicy;
  const prepared = prepareExporter(env, { ...overrides, labelPolicy: choice });
  const { config } = prepared;
  const ids = { pid: process.pid, ...(launcherPid === undefined ? {} : { launcherPid }) };
  const targets = listenTargets(config, env, ids);
  const policy = typeof labelPolicy === 'object' ? labelPolicy : policyOf(config.labelPolicy);
  const aggregator = {
    dir: config.dir,
    native,
    budgets: {
      maxFiles: config.maxScrapeFiles,
      maxBytes: config.maxScrapeBytes,
      maxSeries: config.maxScrapeSeries,
    },
    ...(policy === undefined ? {} : { labelPolicy: policy }),
  };
  const onFile = createFileLog(log);
  const handlerOptions = {
    desk: openDesk({ aggregator, maxInFlight: config.maxInFlight, log }),
    // Places are given back in one stroke by those who joined a scrape.
    unread: createUnreadAnswers(2 * config.maxInFlight),
    onError: (error: unknown) => log(`scrape failed: ${String(error)}`),
    routes: { landingPage: config.landingPage, healthRoutes: config.healthRoutes },
    isReady: () => isReadable(config.dir),
    ...gateOf(prepared, verifyPassword, onFile),
  };
  return startServer({
    targets,
    maxConnections: config.maxConnections,
    tlsFile: prepared.isTls ? prepared.file : undefined,
    onFile,
    makeHandler: (isClosing) => createRequestHandler({ ...handlerOptions, isClosing }),
  });
}

function gateOf(
  { file, isTls }: PreparedExporter,
  verifyPassword: PasswordVerifier,
  onFile: FileLog,
): { readonly gate?: Gate } {
  if (file === undefined) return {};
  const auth = createBasicAuth(verifyPassword);
  return { gate: createWebGate({ file, auth, limiter: createRateLimiter(), isTls, onFile }) };
}

function policyOf(choice: LabelPolicyChoice): LabelPolicy | undefined {
  return choice === 'off' ? undefined : standardPolicy;
}

function isReadable(dir: string): boolean {
  try {
    accessSync(dir, constants.R_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
