const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * Makes a metric name that every parser takes: a character outside of `[a-zA-Z0-9_:]`, or a digit in front,
 * becomes an underscore (the `underscores` escaping of Prometheus; Python's default as well).
 */
export function plainMetricName(name: string): string {
  return METRIC_NAME.test(name) ? name : plain(name, /[^a-zA-Z0-9_:]/gu);
}

/** Makes a label name that every parser takes; as `plainMetricName`, without the colon. */
export function plainLabelName(name: string): string {
  return LABEL_NAME.test(name) ? name : plain(name, /[^a-zA-Z0-9_]/gu);
}

function plain(name: string, foreign: RegExp): string {
  return name === '' ? '_' : name.replace(foreign, '_').replace(/^[0-9]/, '_');
}
