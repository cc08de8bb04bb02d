import { describe, expect, test } from 'vitest';

import { acceptsGzip, negotiateFormat } from './negotiate.js';

describe('negotiateFormat', () => {
  test.each([
    [undefined, 'text'],
    ['', 'text'],
    ['*/*', 'text'],
    ['text/html, */*;q=0.8', 'text'],
    ['text/*', 'text'],
    ['text/plain', 'text'],
    ['application/json', 'text'],
    ['application/*', 'openmetrics'],
    ['application/openmetrics-text', 'openmetrics'],
    ['application/openmetrics-text; version=1.0.0', 'openmetrics'],
    ['application/openmetrics-text; version="1.0.0"', 'openmetrics'],
    ['APPLICATION/OpenMetrics-Text;VERSION=1.0.0;charset=utf-8', 'openmetrics'],
    ['application/openmetrics-text; version=2.0.0', 'text'],
    ['application/openmetrics-text;q=0', 'text'],
    ['application/openmetrics-text;q=0.5,text/plain;q=0.8', 'text'],
    ['application/openmetrics-text;q=0.8,text/plain;q=0.5', 'openmetrics'],
    ['application/openmetrics-text;q=1.5', 'text'],
    ['application/openmetrics-text;q=abc', 'text'],
    // What Prometheus 2.42 and 3.x send.
    [
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      'openmetrics',
    ],
    [
      'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
      'openmetrics',
    ],
    [',;,=;q', 'text'],
  ])('%j gets %s', (header, format) => {
    expect(negotiateFormat(header)).toBe(format);
  });
});

describe('acceptsGzip', () => {
  test.each([
    [undefined, false],
    ['', false],
    ['identity', false],
    ['gzip', true],
    ['GZIP', true],
    ['deflate, gzip;q=0.5', true],
    ['gzip;q=0', false],
    ['gzip;q=0, *', false],
    ['*', true],
    ['*;q=0', false],
    ['zstd', false],
  ])('%j is %s', (header, expected) => {
    expect(acceptsGzip(header)).toBe(expected);
  });
});
