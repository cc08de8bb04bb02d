import { contentType } from '@promshard/exposition';
import { describe, expect, test } from 'vitest';

import { acceptsGzip, negotiateFormat } from './negotiate.js';

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
const TEXT_1 = 'text/plain; version=1.0.0; charset=utf-8; escaping=';
const OPENMETRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

describe('negotiateFormat', () => {
  test.each([
    [undefined, TEXT],
    ['', TEXT],
    ['*/*', TEXT],
    ['text/html, */*;q=0.8', TEXT],
    ['text/*', TEXT],
    ['text/plain', TEXT],
    ['text/plain;version=0.0.4;escaping=allow-utf-8', TEXT],
    ['text/plain;version=0.0.3', TEXT],
    ['text/plain;version=1.0.0', `${TEXT_1}underscores`],
    ['text/plain;version=1.0.0;escaping=allow-utf-8', `${TEXT_1}allow-utf-8`],
    ['text/plain; escaping="dots"; version="1.0.0"', `${TEXT_1}dots`],
    ['text/plain;version=1.0.0;escaping=values;q=0.5,text/plain;version=0.0.4;q=0.4', `${TEXT_1}values`],
    ['text/plain;version=1.0.0;escaping=values;q=0.4,text/plain;version=0.0.4;q=0.5', TEXT],
    ['text/plain;version=1.0.0;escaping=values%0d%0ax-evil', `${TEXT_1}underscores`],
    ['text/plain;version=1.0.0;escaping=ALLOW-UTF-8', `${TEXT_1}underscores`],
    ['application/json', TEXT],
    ['application/*', OPENMETRICS],
    ['application/openmetrics-text', OPENMETRICS],
    ['application/openmetrics-text; version=1.0.0', OPENMETRICS],
    ['application/openmetrics-text; version="1.0.0"', OPENMETRICS],
    [
      'application/openmetrics-text;version=1.0.0;escaping=underscores',
      `${OPENMETRICS}; escaping=underscores`,
    ],
    ['application/openmetrics-text;version=0.0.1;escaping=allow-utf-8', OPENMETRICS],
    ['APPLICATION/OpenMetrics-Text;VERSION=1.0.0;charset=utf-8', OPENMETRICS],
    ['application/openmetrics-text; version=2.0.0', TEXT],
    ['application/openmetrics-text;q=0', TEXT],
    ['application/openmetrics-text;q=0.5,text/plain;q=0.8', TEXT],
    ['application/openmetrics-text;q=0.8,text/plain;q=0.5', OPENMETRICS],
    ['application/openmetrics-text;q=1.5', TEXT],
    ['application/openmetrics-text;q=abc', TEXT],
    // What Prometheus 2.42 and 3.x send, and vmagent.
    [
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      OPENMETRICS,
    ],
    [
      'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
      `${OPENMETRICS}; escaping=allow-utf-8`,
    ],
    ['text/plain;version=0.0.4;q=1,*/*;q=0.1', TEXT],
    [',;,=;q', TEXT],
  ])('%j gets %s', (header, expected) => {
    expect(contentType(negotiateFormat(header))).toBe(expected);
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
