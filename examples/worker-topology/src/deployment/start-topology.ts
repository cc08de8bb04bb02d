import { randomBytes } from 'node:crypto';

import type { BrokerAddress } from '../broker/connect.js';
import { dropBroker, prepareBroker } from '../broker/prepare.js';
import type { TopologyEvent } from '../process/messages.js';
import { type Program, startProgram } from '../process/start-program.js';

/** How old the API's queue gauges may be here, in milliseconds: less than a service needs, so that a short run shows it. */
export const QUEUE_TTL_MS = 200;

/** How to start the topology. */
export interface TopologyOptions {
  /** The directory of the built entry files; its URL ends in a slash. */
  readonly programs: URL;
  /** `PROMETHEUS_MULTIPROC_DIR` of every process; exists. */
  readonly multiprocDir: string;
  /** The directory whose files jobs may name. */
  readonly filesRoot: string;
  readonly workerCount: number;
  /** A Postgres to use instead of an embedded one. */
  readonly databaseUrl?: string | undefined;
  readonly onEvent?: (event: TopologyEvent) => void;
  /** Called with one line for each process that is ready. */
  readonly onStep?: (line: string) => void;
}

/** The topology, running. */
export interface Topology {
  readonly broker: BrokerAddress;
  readonly multiprocDir: string;
  /** Base URLs, without a slash at the end. */
  readonly apiUrl: string;
  readonly exporterUrl: string;
  readonly api: Program;
  readonly exporter: Program;
  readonly workerParent: Program;
  /** Stops every process, those that feed others last, and leaves nothing in the broker. */
  stop(): Promise<void>;
}

/**
 * Starts every process of the topology in the order in which they need each other: the broker, its schema,
 * the API, the worker parent with its workers, and the exporter.
 *
 * @throws If one of them does not start; those that did are stopped first.
 */
export async function startTopology(options: TopologyOptions): Promise<Topology> {
  const { programs, onStep = () => undefined } = options;
  const undo: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };

  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PROMETHEUS_MULTIPROC_DIR: options.multiprocDir,
    FILES_ROOT: options.filesRoot,
    WORKER_COUNT: String(options.workerCount),
    WORKER_METRICS_EXPORTER_HOST: '127.0.0.1',
    WORKER_METRICS_EXPORTER_PORT: '0',
    // Faster than a service needs, so that a short run shows it.
    PROMSHARD_PRUNE_INTERVAL_MS: '1000',
    QUEUE_TTL_MS: String(QUEUE_TTL_MS),
  };

  async function start(name: string): Promise<Program> {
    const file = new URL(`${name}.js`, programs);
    const program = await startProgram({ file, env, ...(options.onEvent && { onEvent: options.onEvent }) });
    undo.push(() => program.stop());
    return program;
  }

  try {
    const broker: BrokerAddress = {
      databaseUrl: options.databaseUrl ?? (await start('embedded-broker')).details.url!,
      // Of its own, so that runs on one Postgres do not see each other's jobs.
      schema: `worker_topology_${randomBytes(4).toString('hex')}`,
    };
    await prepareBroker(broker);
    if (options.databaseUrl) undo.push(() => dropBroker(broker));
    env['DATABASE_URL'] = broker.databaseUrl;
    env['BROKER_SCHEMA'] = broker.schema;
    onStep(
      `broker          ${options.databaseUrl ? 'DATABASE_URL' : 'embedded Postgres'}, schema ${broker.schema}`,
    );

    const api = await start('api');
    onStep(`api             pid ${api.pid}, ${api.details.url}`);
    const workerParent = await start('worker-parent');
    onStep(`worker parent   pid ${workerParent.pid}, ${options.workerCount} workers and the pruner`);
    const exporter = await start('exporter');
    onStep(`exporter        pid ${exporter.pid}, ${exporter.details.url}`);

    return {
      broker,
      multiprocDir: options.multiprocDir,
      api,
      workerParent,
      exporter,
      apiUrl: api.details.url!,
      exporterUrl: exporter.details.url!,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
