import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';

import { anyOf, createQueryProxy, duration, oneOf, type QueryProxyOptions } from '../src/index.js';
import { ANSWER, serve } from './serve.js';

const options = {
  queries: {
    rate: {
      expression: 'rate(task_success_total{queue=~$queue}[$window])',
      description: 'Tasks that succeeded, per second.',
      parameters: { queue: anyOf(['mail', 'video']), window: duration({ max: '1h', default: '5m' }) },
    },
    depth: { expression: 'queue_depth{queue=$queue}', parameters: { queue: oneOf(['mail', 'video']) } },
  },
  basePath: '/api',
} satisfies Partial<QueryProxyOptions>;

test.each([
  ['named queries', {}],
  ['raw ones too', { allowRawQueries: true }],
  ['none', { queries: {} }],
])('the description of a proxy with %s is valid OpenAPI', async (_what, more) => {
  const { openApi } = createQueryProxy({ ...options, ...more, upstream: { url: 'http://127.0.0.1:9090' } });
  expect(await new Validator().validate(structuredClone(openApi))).toEqual({ valid: true });
});

interface Description {
  readonly paths: Record<string, { get: { responses: Record<string, { content: object }> } }>;
}

test('every answer is as the description says', async () => {
  let status = 200;
  const url = await serve((_request, response) => response.writeHead(status).end(ANSWER));
  const proxy = createQueryProxy({ ...options, upstream: { url }, limits: { timeoutMs: 1000 } });
  const ajv = new Ajv2020({ strict: false });
  ajv.addSchema(structuredClone(proxy.openApi), 'api');

  async function check(path: string, expected: number, init?: RequestInit): Promise<void> {
    const response = await proxy(new Request(`http://proxy.example.com/api/${path}`, init));
    expect(response.status).toBe(expected);
    const endpoint = `/api/${path.split('?')[0]}`;
    const described = (proxy.openApi as unknown as Description).paths[endpoint]?.get.responses;
    expect(Object.keys(described ?? {})).toContain(String(expected));
    const pointer = `api#/paths/${endpoint.replaceAll('/', '~1')}/get/responses/${expected}/content/application~1json/schema`;
    const validate = ajv.getSchema(pointer);
    expect(validate).toBeDefined();
    expect(validate?.(await response.json()), JSON.stringify(validate?.errors)).toBe(true);
  }

  await check('query?name=rate&queue=mail&queue=video', 200);
  await check('query_range?name=depth&queue=mail&start=1&end=2&step=1', 200);
  await check('services', 200);
  await check('health', 200);
  await check('query?name=none', 400);
  await check('query', 405, { method: 'PUT' });
  await check('services', 405, { method: 'PUT' });
  status = 503;
  await check('query?name=rate&queue=mail', 503);
  await check('services', 503);
  status = 500;
  await check('query_range?name=depth&queue=mail&start=1&end=2&step=1', 502);
});
