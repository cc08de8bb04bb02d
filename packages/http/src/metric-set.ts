import {
  Counter,
  type CounterConfiguration,
  Gauge,
  type GaugeConfiguration,
  Histogram,
  type HistogramConfiguration,
  type MetricRegistry,
} from '@promshard/writer';
import * as plain from 'prom-client';

import type { HttpMetrics } from './http-metrics.js';
import type { CheckedOptions, PlainRegistry } from './http-metrics-options.js';
import { METHOD_LABELS } from './method.js';
import { STATUS_LABELS } from './status-class.js';
import { spanLabels } from './trace-context.js';

type Label = 'method' | 'route' | 'status_class';

interface Labels {
  readonly method: string;
  readonly route: string;
  readonly status_class: string;
}

/** What takes observations. */
export interface Observer {
  observe(value: number): void;
}

/** The series of one method, route and class. */
export interface Series {
  readonly requests: { inc(): void };
  readonly seconds: Observer;
  readonly bytes: Observer;
}

/** What is in flight by one method. */
export interface InFlight {
  inc(): void;
  dec(): void;
}

/** Where the counts go. */
export interface MetricSet {
  readonly names: HttpMetrics['names'];
  /** In the order of `METHOD_LABELS`. */
  readonly inFlight: readonly InFlight[];
  series(method: number, route: string, status: number): Series;
}

const LABELS: readonly Label[] = ['method', 'route', 'status_class'];

/** Declares the metrics, in shards or in a registry of prom-client. */
export function declareMetrics(options: CheckedOptions): MetricSet {
  return options.registry === undefined ? inShards(options) : inRegistry(options, options.registry);
}

function describe({ prefix, durationBuckets, sizeBuckets }: CheckedOptions) {
  return {
    requests: {
      name: `${prefix}http_requests_total`,
      help: 'HTTP requests that have ended.',
      labelNames: LABELS,
    },
    seconds: {
      name: `${prefix}http_request_duration_seconds`,
      help: 'Time from the arrival of an HTTP request to the end of its answer.',
      labelNames: LABELS,
      buckets: durationBuckets,
    },
    bytes: {
      name: `${prefix}http_response_size_bytes`,
      help: 'Bodies of HTTP answers, without headers.',
      labelNames: LABELS,
      buckets: sizeBuckets,
    },
    inFlight: {
      name: `${prefix}http_requests_in_flight`,
      help: 'HTTP requests that are being answered.',
      labelNames: ['method'] as const,
    },
  } satisfies {
    requests: CounterConfiguration<Label>;
    seconds: HistogramConfiguration<Label>;
    bytes: HistogramConfiguration<Label>;
    inFlight: Omit<GaugeConfiguration<'method'>, 'multiprocessMode'>;
  };
}

function namesOf({ requests, seconds, inFlight, bytes }: ReturnType<typeof describe>): HttpMetrics['names'] {
  return Object.freeze({
    requests: requests.name,
    duration: seconds.name,
    inFlight: inFlight.name,
    responseSize: bytes.name,
  });
}

function inShards(options: CheckedOptions): MetricSet {
  const { store, exemplars } = options;
  const described = describe(options);
  const common = store === undefined ? {} : { store };
  const requests = new Counter<Label>({ ...described.requests, ...common });
  const seconds = new Histogram<Label>({ ...described.seconds, ...common, ...traced(exemplars) });
  const bytes = new Histogram<Label>({ ...described.bytes, ...common });
  const inFlight = new Gauge<'method'>({ ...described.inFlight, ...common, multiprocessMode: 'livesum' });
  return {
    names: namesOf(described),
    inFlight: METHOD_LABELS.map((method) => inFlight.labels({ method })),
    series(method, route, status) {
      const labels = labelsOf(method, route, status);
      return {
        requests: requests.labels(labels),
        seconds: seconds.labels(labels),
        bytes: bytes.labels(labels),
      };
    },
  };
}

/** prom-client's rule: exemplars are for metrics of OpenMetrics registries, or of none. */
function traced(exemplars: boolean): { enableExemplars?: true; registers?: readonly MetricRegistry[] } {
  if (!exemplars) return {};
  const isOpenMetrics = (plain.register.contentType as string) === plain.openMetricsContentType;
  return isOpenMetrics ? { enableExemplars: true } : { enableExemplars: true, registers: [] };
}

function inRegistry(options: CheckedOptions, registry: PlainRegistry): MetricSet {
  const { exemplars } = options;
  const described = describe(options);
  const registers = [registry as unknown as plain.Registry];
  const requests = new plain.Counter<Label>({ ...described.requests, registers });
  const seconds = new plain.Histogram<Label>({
    ...described.seconds,
    buckets: [...described.seconds.buckets],
    registers,
    enableExemplars: exemplars,
  });
  const bytes = new plain.Histogram<Label>({
    ...described.bytes,
    buckets: [...described.bytes.buckets],
    registers,
  });
  const inFlight = new plain.Gauge<'method'>({ ...described.inFlight, registers });
  return {
    names: namesOf(described),
    inFlight: METHOD_LABELS.map((method) => inFlight.labels({ method })),
    series(method, route, status) {
      const labels = labelsOf(method, route, status);
      return {
        requests: requests.labels(labels),
        seconds: exemplars ? tracedObserver(seconds, labels) : seconds.labels(labels),
        bytes: bytes.labels(labels),
      };
    },
  };
}

/** prom-client keeps exemplars only where they are given with the labels, in one object. */
function tracedObserver(histogram: plain.Histogram<Label>, labels: Labels): Observer {
  return {
    observe(value) {
      histogram.observe({ labels, value, exemplarLabels: spanLabels() ?? {} });
    },
  };
}

function labelsOf(method: number, route: string, status: number): Labels {
  return { method: METHOD_LABELS[method] ?? 'other', route, status_class: STATUS_LABELS[status] ?? 'other' };
}
