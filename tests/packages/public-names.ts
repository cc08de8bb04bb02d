/** The names that each package promises, and its programs: the border that users and other tools rely on. */
export interface PublicNames {
  readonly values: readonly string[];
  readonly types: readonly string[];
  readonly bins: readonly string[];
}

export const PUBLIC_NAMES: Readonly<Record<string, PublicNames>> = {
  'shard-format': {
    values: [
      'decodeShard',
      'encodeFoldPointer',
      'encodeKey',
      'encodeOwnerRecord',
      'encodeShard',
      'goFloat',
      'parseFileName',
      'parseFoldPointer',
      'parseKey',
      'parseOwnerRecord',
      'shardFileName',
    ],
    types: ['DecodedShard', 'GaugeMode', 'OwnerRecord', 'SeriesKey', 'ShardProblem'],
    bins: [],
  },
  health: {
    values: ['HealthError', 'HealthOptionsError', 'createHealth', 'jobRoundTrip', 'keyRoundTrip'],
    types: ['Check', 'CheckResult', 'Health', 'HealthReport'],
    bins: [],
  },
  'query-proxy': {
    values: ['QueryProxyError', 'anyOf', 'createQueryProxy', 'duration', 'number', 'oneOf', 'text'],
    types: ['NamedQuery', 'QueryProxy', 'QueryProxyOptions'],
    bins: [],
  },
  native: { values: ['loadNative'], types: ['NativeAddon', 'NativeStatus'], bins: [] },
  config: {
    values: [
      'ConfigError',
      'MULTIPROC_DIR_INVALID_ERROR',
      'describeExporterConfig',
      'describePrunerConfig',
      'describeWriterConfig',
      'loadExporterConfig',
      'loadPrunerConfig',
      'loadWriterConfig',
    ],
    types: ['ExporterConfig', 'PrunerConfig', 'WriterConfig'],
    bins: [],
  },
  'label-policy': {
    values: [
      'LabelPolicyError',
      'OVERFLOW_VALUE',
      'REPLACED_VALUE',
      'boolean',
      'bounded',
      'definePolicy',
      'oneOf',
      'routes',
      'standardPolicy',
      'statusClass',
      'strictPolicy',
    ],
    types: ['LabelPolicy', 'LabelViolation'],
    bins: [],
  },
  writer: {
    values: ['Counter', 'Gauge', 'Histogram', 'Summary', 'openShardStore', 'policyMetrics'],
    types: ['ShardStore', 'StoreProblem'],
    bins: [],
  },
  aggregator: {
    values: ['createAggregator'],
    types: ['MetricFamily', 'Sample', 'Snapshot', 'SnapshotProblem'],
    bins: [],
  },
  exposition: {
    values: [
      'CONTENT_TYPE_OPENMETRICS',
      'CONTENT_TYPE_TEXT',
      'ESCAPING_SCHEMES',
      'ExpositionParseError',
      'RenderMemory',
      'contentType',
      'escapeName',
      'parseExposition',
      'renderChunks',
      'renderOpenMetrics',
      'renderText',
    ],
    types: ['MetricFamily', 'ParsedExposition', 'Sample'],
    bins: [],
  },
  exporter: { values: ['startExporter'], types: [], bins: ['promshard-exporter'] },
  guardrails: {
    values: ['GuardError', 'auditTarget', 'checkProject', 'loadConfig', 'printReport'],
    types: ['Finding', 'GuardConfig', 'Report'],
    bins: ['promshard-guard'],
  },
  'prom-client': {
    values: [
      'AggregatorRegistry',
      'Counter',
      'Gauge',
      'Histogram',
      'Pushgateway',
      'Registry',
      'Summary',
      'collectDefaultMetrics',
      'contentType',
      'exponentialBuckets',
      'linearBuckets',
      'openMetricsContentType',
      'prometheusContentType',
      'register',
      'validateMetricName',
    ],
    types: ['Aggregator', 'Metric', 'OpenMetricsContentType', 'PrometheusContentType'],
    bins: [],
  },
  pruner: { values: ['prune', 'startPruner'], types: ['PruneReport'], bins: ['promshard-pruner'] },
};
