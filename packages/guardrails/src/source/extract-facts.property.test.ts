import fc from 'fast-check';
import { expect, test } from 'vitest';

import { extractFacts } from './extract-facts.js';

const PIECES = [
  [
    'import ',
    'export ',
    'from ',
    `'node:net'`,
    '{ createServer }',
    '* as net',
    'default ',
    ';',
    '\n',
    'net',
    '.createServer',
    '()',
  ],
  [
    'const ',
    ' = ',
    'require(',
    ')',
    '(',
    '{',
    '}',
    '[',
    ']',
    '=> ',
    'await ',
    'function f',
    'class C ',
    'extends ',
    '`${',
    '`',
  ],
  [
    'new ',
    'Worker',
    'Counter',
    `{ name: 'a', labelNames: [`,
    '...',
    ',',
    '?.',
    '!',
    ' as ',
    ': Type',
    '<T>',
    'module.exports',
    '\\u0072equire',
  ],
].flat();

const source = fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 4 })), { maxLength: 40 });

test.each(['a.js', 'a.ts', 'a.tsx', 'a.cjs', 'a.mts'])(
  'whatever the text of %s is, there are facts with places inside of it',
  (path) => {
    fc.assert(
      fc.property(source, (pieces) => {
        const text = pieces.join('');
        const lines = text.split('\n').length;
        const { edges, exports, unknownImports, globals, metrics, problem } = extractFacts(path, text);
        const places = [
          ...edges,
          ...edges.flatMap(({ uses }) => uses),
          ...unknownImports,
          ...globals,
          ...metrics,
        ];
        for (const { line, column } of problem === undefined ? places : [...places, problem]) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(lines);
          expect(column).toBeGreaterThanOrEqual(1);
        }
        for (const { edge } of exports) expect(edge).toBeLessThan(edges.length);
      }),
      { numRuns: 300 },
    );
  },
);

test('facts are plain JSON', () => {
  fc.assert(
    fc.property(source, (pieces) => {
      const facts = extractFacts('a.ts', pieces.join(''));
      expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
    }),
  );
});

test('a file that is nested without end is a problem, not a crash', () => {
  const text = `import 'a';\nexport const x = ${'1 + '.repeat(50_000)}1;`;
  expect(extractFacts('a.js', text).problem).toBeDefined();
});
