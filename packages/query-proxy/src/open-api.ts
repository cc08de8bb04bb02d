import type { CompiledQuery } from './named-query.js';
import type { QueryParameter } from './parameter.js';
import type { Catalogue } from './read-request.js';
import { REFUSALS } from './refusal.js';

type Json = Readonly<Record<string, unknown>>;

const TIME = {
  type: 'string',
  description: 'Unix seconds, or an RFC 3339 time.',
  examples: ['1700000000', '2026-11-22T10:00:00Z'],
};

/**
 * Describes a proxy's endpoints in OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1), with each named query and
 * its parameters.
 */
export function describeApi(catalogue: Catalogue, basePath: string): Json {
  const { limits } = catalogue;
  const asked = queryParameters(catalogue);
  const answers = (schema: string, ...statuses: readonly number[]): Json => ({
    200: { description: 'The answer.', content: jsonOf(schema) },
    ...Object.fromEntries(
      statuses.map((status) => [status, { description: reasons(status), content: jsonOf('Refusal') }]),
    ),
  });
  const failures = [400, 403, 405, 500, 502, 503, 504];
  return {
    openapi: '3.1.0',
    info: {
      title: 'Metrics queries',
      version: '1',
      description: [
        'Named questions to the metrics server.',
        ...[...catalogue.queries].map(describeQuery),
      ].join('\n\n'),
    },
    paths: {
      [`${basePath}/query`]: {
        get: {
          operationId: 'query',
          summary: 'Evaluates a query at one time.',
          parameters: [...asked, inQuery('time', TIME, false)],
          responses: answers('Data', ...failures),
        },
      },
      [`${basePath}/query_range`]: {
        get: {
          operationId: 'queryRange',
          summary: `Evaluates a query over a range of at most ${limits.maxRangeMs / 1000} seconds and ${limits.maxPoints} points.`,
          parameters: [
            ...asked,
            inQuery('start', TIME, true),
            inQuery('end', TIME, true),
            inQuery(
              'step',
              {
                type: 'string',
                description: `A duration such as 15s, or seconds; at least ${limits.minStepMs / 1000} seconds.`,
              },
              true,
            ),
          ],
          responses: answers('Data', ...failures),
        },
      },
      [`${basePath}/services`]: {
        get: {
          operationId: 'services',
          summary: 'Lists the services that are scraped.',
          responses: answers('Services', 403, 405, 500, 502, 503, 504),
        },
      },
      [`${basePath}/health`]: {
        get: {
          operationId: 'health',
          summary: 'Says whether the metrics server evaluates queries.',
          responses: {
            200: { description: 'It does.', content: jsonOf('Health') },
            503: { description: 'It does not.', content: jsonOf('Health') },
            405: { description: reasons(405), content: jsonOf('Refusal') },
          },
        },
      },
    },
    components: { schemas: SCHEMAS },
  };
}

const SCHEMAS: Json = {
  Data: {
    type: 'object',
    description: 'As in the HTTP API of Prometheus.',
    required: ['status', 'data'],
    properties: {
      status: { const: 'success' },
      data: {
        type: 'object',
        required: ['resultType', 'result'],
        properties: {
          resultType: { enum: ['matrix', 'vector', 'scalar', 'string'] },
          result: { type: 'array' },
        },
      },
    },
  },
  Services: {
    type: 'object',
    required: ['services'],
    properties: {
      services: {
        type: 'array',
        items: {
          type: 'object',
          required: ['name', 'instances', 'up'],
          properties: {
            name: { type: 'string' },
            instances: { type: 'integer', minimum: 0 },
            up: { type: 'integer', minimum: 0 },
          },
        },
      },
    },
  },
  Health: {
    oneOf: [
      {
        type: 'object',
        required: ['status', 'latencySeconds'],
        properties: { status: { const: 'up' }, latencySeconds: { type: 'number', minimum: 0 } },
      },
      {
        type: 'object',
        required: ['status', 'reason'],
        properties: { status: { const: 'down' }, reason: { enum: Object.keys(REFUSALS) } },
      },
    ],
  },
  Refusal: {
    type: 'object',
    required: ['status', 'errorType', 'error'],
    properties: {
      status: { const: 'error' },
      errorType: { enum: Object.keys(REFUSALS) },
      error: { type: 'string' },
    },
  },
};

function queryParameters({ queries, allowRawQueries, limits }: Catalogue): Json[] {
  const named = { type: 'string', enum: [...queries.keys()], description: 'Which query.' };
  const raw = {
    type: 'string',
    maxLength: limits.maxQueryLength,
    description: 'PromQL, in place of a name.',
  };
  // A parameter may mean different things to two queries: then each of the meanings is allowed.
  const schemas = new Map<string, { parameter: QueryParameter; schemas: Json[] }>();
  for (const query of queries.values())
    for (const [name, parameter] of query.parameters) {
      const entry = schemas.get(name) ?? { parameter, schemas: [] };
      entry.schemas.push(parameter.multiple ? { type: 'array', items: parameter.schema } : parameter.schema);
      schemas.set(name, entry);
    }
  return [
    ...(queries.size > 0 ? [inQuery('name', named, !allowRawQueries)] : []),
    ...(allowRawQueries ? [inQuery('query', raw, false)] : []),
    ...[...schemas].map(([name, { schemas: all }]) =>
      inQuery(name, all.length === 1 ? (all[0] as Json) : { anyOf: all }, false),
    ),
  ];
}

function describeQuery([name, { description, parameters }]: readonly [string, CompiledQuery]): string {
  const takes = [...parameters].map(
    ([parameter, { expected, default: fallback }]) =>
      `${parameter} (${expected}${fallback === undefined ? '' : `; ${fallback} by default`})`,
  );
  return `\`${name}\`${description === undefined ? '' : `: ${description}`}${takes.length > 0 ? ` Parameters: ${takes.join('; ')}.` : ''}`;
}

function inQuery(name: string, schema: Json, required: boolean): Json {
  return { name, in: 'query', required, schema };
}

function jsonOf(schema: string): Json {
  return { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } };
}

function reasons(status: number): string {
  return Object.entries(REFUSALS)
    .filter(([, refused]) => refused === status)
    .map(([code]) => code)
    .join(', ');
}
