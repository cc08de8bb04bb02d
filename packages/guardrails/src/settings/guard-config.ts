import type { PolicyRules } from '@promshard/label-policy';

import type { ServerNames } from '../rules/listeners.js';

/** The content of `promshard-guard.config.json`, every default filled in. */
export interface GuardConfig {
  /** Sources that are looked at for metrics; patterns relative to the file's folder. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Further conditions of packages' `exports` that hold, such as `development`. */
  readonly conditions: readonly string[];
  readonly workers?: WorkerRules | undefined;
  readonly exporters?: ExporterRules | undefined;
  readonly metrics?: MetricRules | undefined;
  readonly taskNames?: TaskNameRules | undefined;
  readonly audit: AuditRules;
}

/** `worker-no-listen`. */
export interface WorkerRules {
  /** Patterns of the files that worker processes start with. */
  readonly entries: readonly string[];
  /** Servers that this package does not know. */
  readonly servers: Readonly<Record<string, ServerNames>>;
  readonly allow: readonly ImportAllowance[];
}

/** `exporter-read-only`. */
export interface ExporterRules {
  readonly entries: readonly string[];
  /** Further packages that an exporter may not load, and why. */
  readonly forbidden: Readonly<Record<string, string>>;
  /** Patterns of the application's own settings files. */
  readonly settings: readonly string[];
  readonly allow: readonly ImportAllowance[];
}

/** Something that a rule does not look into, and the reason. */
export type ImportAllowance = (
  | { readonly package: string; readonly file?: undefined }
  | { /** A pattern. */ readonly file: string; readonly package?: undefined }
) & { readonly reason: string };

/** `metric-declarations`. */
export interface MetricRules {
  /** Packages whose `Counter`, `Gauge`, `Histogram` and `Summary` are looked at. */
  readonly modules: readonly string[];
  /** What `definePolicy` of `@promshard/label-policy` takes. */
  readonly policy: PolicyRules;
  readonly allow: readonly MetricAllowance[];
}

/** A finding about a metric that is right as it is. `*` stands for any part of a name. */
export interface MetricAllowance {
  readonly metric: string;
  /** The finding's code; any, if it is not given. */
  readonly code?: string | undefined;
  readonly label?: string | undefined;
  readonly reason: string;
}

/** `task-names`. */
export interface TaskNameRules {
  /** The committed file, relative to the configuration's folder. */
  readonly snapshot: string;
  readonly sources: readonly TaskNameSource[];
}

/** Where names stand: in an exported constant, or as an argument of calls. */
export type TaskNameSource = {
  /** What the names are called in the snapshot: `task`, `queue`. */
  readonly kind: string;
  /** Pattern of the files. */
  readonly file: string;
} & (
  | {
      readonly export: string;
      /** For a list of objects: the property that holds the name. */
      readonly property?: string | undefined;
      readonly call?: undefined;
    }
  | {
      /** Name of the function or method: `work` finds `boss.work('resize', …)`, `Worker` finds `new Worker('resize')`. */
      readonly call: string;
      /** Position of the argument, from 0. */
      readonly argument: number;
      readonly export?: undefined;
    }
);

/** `promshard-guard audit`. */
export interface AuditRules {
  /** Series that one metric may have. */
  readonly maxSeriesPerMetric: number;
  readonly policy: PolicyRules;
  readonly allow: readonly MetricAllowance[];
}
