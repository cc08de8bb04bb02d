import type { FileViews } from '@promshard/native/views';
import type { LabelPolicyChoice } from '@promshard/config';
import type { LabelPolicy } from '@promshard/label-policy';

/** How to start an exporter; what is not given comes from `env`. */
export interface ExporterOptions {
  /** The shard directory; `PROMETHEUS_MULTIPROC_DIR` by default. */
  readonly dir?: string;
  /**
   * Address to listen on, or `unix:` and the absolute path of a socket; `WORKER_METRICS_EXPORTER_HOST`, or 127.0.0.1.
   */
  readonly host?: string;
  /** Port to listen on, 0 for any free one; `WORKER_METRICS_EXPORTER_PORT`, or 9108. */
  readonly port?: number;
  /** Mode of a Unix socket, four octal digits; `PROMSHARD_SOCKET_MODE`, or `0660`. */
  readonly socketMode?: string;
  /** Takes the sockets that systemd has passed (`LISTEN_FDS`); `PROMSHARD_SYSTEMD_SOCKET`, or false. */
  readonly systemdSocket?: boolean;
  /**
   * Absolute path of a web configuration as Prometheus's exporter-toolkit has it: TLS, client certificates, passwords.
   * `PROMSHARD_WEB_CONFIG_FILE`, or none: plain HTTP for everybody who reaches the socket.
   */
  readonly webConfigFile?: string;
  /** Answers `/` with a page that links to `/metrics`; `PROMSHARD_LANDING_PAGE`, or false. */
  readonly landingPage?: boolean;
  /** Answers `/-/healthy` and `/-/ready`; `PROMSHARD_HEALTH_ROUTES`, or false. */
  readonly healthRoutes?: boolean;
  /**
   * How many scrapes are worked on at once, and how many answers may wait to be read; `PROMSHARD_MAX_SCRAPES_IN_FLIGHT`,
   * or 40.
   */
  readonly maxInFlight?: number;
  /** How many connections are kept; `PROMSHARD_MAX_CONNECTIONS`, or 500. */
  readonly maxConnections?: number;
  /**
   * Which labels go out, whoever wrote them: a policy, `standard` for the standard one, `off` for all labels;
   * `PROMSHARD_LABEL_POLICY`, or `standard`.
   */
  readonly labelPolicy?: LabelPolicy | LabelPolicyChoice;
  /**
   * The mappings of `@promshard/native/views`, where its addon is there by default: see `createAggregator`. `false` goes without.
   */
  readonly native?: FileViews | false | undefined;
  /** The environment to read; `process.env` by default. */
  readonly env?: NodeJS.ProcessEnv;
  /** Takes one line on each new problem in the directory or failed scrape; `console.error` by default. */
  readonly log?: (line: string) => void;
}

/** An exporter that listens. The caller owns it and closes it. */
export interface Exporter {
  /** Where to scrape, with the port that was chosen: `http://127.0.0.1:9108/metrics`, or `unix:` and the socket's path. */
  readonly url: string;
  /** All places where it listens: more than one only where systemd has passed several sockets. */
  readonly urls: readonly string[];
  /** Stops taking connections, lets answers under way end for up to five seconds, then cuts them off. */
  close(): Promise<void>;
}
