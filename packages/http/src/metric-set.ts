import {
  Counter,
  type CounterConfiguration,
  Gauge,
  type GaugeConfiguration,
  Histogram,
  type HistogramConfiguration,
} from '@promshard/writer';
import { Histogram as PlainHistogram, openMetricsContentType, register } from 'prom-client';

import type { HttpMetrics } from './http-metrics.js';
import type { CheckedOptions } from './http-metrics-options.js';
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
  /** Shows 0 requests of a method, route and class, if there are none yet, so that the first one is a rise and not a beginning. */
  showRequests(method: number, route: string, status: number): void;
}

const LABELS: readonly Label[] = ['method', 'route', 'status_class'];

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

/** Declares the metrics, in shards or in a registry of prom-client alone. */
export function declareMetrics(options: CheckedOptions): MetricSet {
  const { store, registry } = options;
  const described = describe(options);
  const common = {
    ...(store && { store }),
    ...(registry && { registers: [registry], aggregator: 'omit' as const }),
  };
  const requests = new Counter<Label>({ ...described.requests, ...common });
  const seconds = declareSeconds(options, { ...described.seconds, ...common });
  const bytes = new Histogram<Label>({ ...described.bytes, ...common });
  const inFlight = new Gauge<'method'>(
    registry === undefined
      ? { ...described.inFlight, ...common, multiprocessMode: 'livesum' }
      : { ...described.inFlight, ...common, aggregator: 'omit' },
  );
  return {
    names: namesOf(described),
    inFlight: METHOD_LABELS.map((method) => inFlight.labels({ method })),
    series(method, route, status) {
      const labels = labelsOf(method, route, status);
      return { requests: requests.labels(labels), seconds: seconds(labels), bytes: bytes.labels(labels) };
    },
    showRequests(method, route, status) {
      requests.labels(labelsOf(method, route, status));
    },
  };
}

/** The duration, of which only exemplars make a difference. */
function declareSeconds(
  { exemplars, registry }: CheckedOptions,
  configuration: HistogramConfiguration<Label> & { readonly buckets: readonly number[] },
): (labels: Labels) => Observer {
  if (!exemplars) {
    const seconds = new Histogram<Label>(configuration);
    return (labels) => seconds.labels(labels);
  }
  if (registry === undefined) {
    // prom-client's rule: exemplars are for metrics of OpenMetrics registries, or of none.
    const isOpenMetrics = (register.contentType as string) === openMetricsContentType;
    const seconds = new Histogram<Label>({
      ...configuration,
      enableExemplars: true,
      ...(!isOpenMetrics && { registers: [] }),
    });
    return (labels) => seconds.labels(labels);
  }
  const { name, help, buckets } = configuration;
  const seconds = new PlainHistogram<Label>({
    name,
    help,
    labelNames: LABELS,
    buckets: [...buckets],
    registers: [registry],
    enableExemplars: true,
  });
  return (labels) => tracedObserver(seconds, labels);
}

/** prom-client keeps exemplars only where they are given with the labels, in one object. */
function tracedObserver(histogram: PlainHistogram<Label>, labels: Labels): Observer {
  return {
    observe(value) {
      histogram.observe({ labels, value, exemplarLabels: spanLabels() ?? {} });
    },
  };
}

function labelsOf(method: number, route: string, status: number): Labels {
  return { method: METHOD_LABELS[method] ?? 'other', route, status_class: STATUS_LABELS[status] ?? 'other' };
}
