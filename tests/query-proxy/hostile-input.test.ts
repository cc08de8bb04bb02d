import { createQueryProxy, text } from '@promshard/query-proxy';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { startPrometheus } from '../prometheus/prometheus-server.js';
import { hasTool } from '../support/tools.js';
import { recordUpstream } from './recording-upstream.js';

/** A node of the syntax tree that Prometheus's own parser gives; instant and range selectors have matchers. */
interface AstNode {
  readonly matchers?: readonly { name: string; type: string; value: string }[];
}

/** Every selector of an expression as Prometheus itself understands it; undefined where it refuses it. */
async function selectorsOf(prometheus: string, query: string): Promise<readonly AstNode[] | undefined> {
  const response = await fetch(`${prometheus}/api/v1/parse_query`, {
    method: 'POST',
    body: new URLSearchParams({ query }),
  });
  if (response.status === 400) return undefined;
  expect(response.status).toBe(200);
  const found: AstNode[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if (Array.isArray((node as AstNode).matchers)) found.push(node);
    for (const child of Object.values(node)) visit(child);
  };
  visit(((await response.json()) as { data: unknown }).data);
  return found;
}

const PIECES = [
  'up',
  'secrets',
  '{',
  '}',
  '(',
  ')',
  '[5m]',
  '[1h:5m]',
  ',',
  '"',
  "'",
  '`',
  '\\',
  '#',
  '\n',
  '\r',
  '\t',
  '\0',
  '\u00A0',
  'tenant',
  '=',
  '=~',
  '!=',
  '"b"',
  "'b'",
  '`b`',
  '"\\""',
  ' or ',
  ' and ',
  ' offset 5m',
  ' @ end()',
  'sum',
  ' by (x) ',
  'rate(',
  'info(',
  '{__name__=~".+"}',
  '1',
  '-',
  '+',
  '*',
  '/',
  ':',
  '$',
  ';',
  '//',
  '/*',
  '*/',
  'é',
  '\u{1F600}',
  '{"a.b"}',
  '</',
  'nan',
];

test.skipIf(!hasTool('prometheus'))(
  'whatever is sent, every selector that Prometheus sees has the enforced matcher, and a text is one value (skipped where Prometheus is not installed)',
  async () => {
    const { url: prometheus } = await startPrometheus({});
    const { url, asked } = await recordUpstream();
    const proxy = createQueryProxy({
      upstream: { url },
      allowRawQueries: true,
      queries: {
        jobs: {
          expression: 'rate(jobs_total{task=$task}[5m])',
          parameters: { task: text({ maxLength: 1000 }) },
        },
      },
      authorize: () => [{ name: 'tenant', values: ['a'] }],
    });
    const counts = { accepted: 0, parsed: 0, texts: 0 };
    const sent = async (parameters: Record<string, string>): Promise<string | undefined> => {
      asked.length = 0;
      const search = new URLSearchParams(parameters).toString();
      const { status } = await proxy(new Request(`http://proxy.example.com/query?${search}`));
      expect([200, 400]).toContain(status);
      expect(asked).toHaveLength(status === 200 ? 1 : 0);
      return asked[0]?.get('query') ?? undefined;
    };

    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 10 }),
        async (pieces) => {
          const query = await sent({ query: pieces.join('') });
          if (query === undefined) return;
          counts.accepted += 1;
          const selectors = await selectorsOf(prometheus, query);
          if (selectors === undefined) return;
          counts.parsed += 1;
          for (const { matchers } of selectors)
            expect(matchers).toContainEqual(
              expect.objectContaining({ name: 'tenant', type: '=', value: 'a' }),
            );
        },
      ),
      { numRuns: 6000 },
    );

    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 40 }),
          fc.array(fc.constantFrom(...PIECES)).map((all) => all.join('')),
        ),
        async (value) => {
          const query = await sent({ name: 'jobs', task: value });
          if (query === undefined) return;
          counts.texts += 1;
          const selectors = await selectorsOf(prometheus, query);
          expect(selectors).toHaveLength(1);
          expect(selectors?.[0]?.matchers).toHaveLength(3);
          expect(selectors?.[0]?.matchers).toContainEqual({ name: 'task', type: '=', value });
        },
      ),
      { numRuns: 1500 },
    );
    // Enough of it has to have got as far as the parsers.
    expect(counts.accepted).toBeGreaterThan(200);
    expect(counts.parsed).toBeGreaterThan(100);
    expect(counts.texts).toBeGreaterThan(1000);
  },
  240_000,
);
