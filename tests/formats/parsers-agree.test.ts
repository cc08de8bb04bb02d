import { describe, expect, test } from 'vitest';

import { hasPython } from '../interop/python-client.js';
import { hasTool } from '../support/tools.js';
import { judgeByOurs, mutatedDocuments, unexplained } from './compare-parsers.js';
import { PROMETHEUS_REFUSES, PROMETHEUS_TAKES, PYTHON_REFUSES, PYTHON_TAKES } from './disagreements.js';
import { judgeByPrometheus, judgeByPython } from './other-parsers.js';

describe('on mutated documents our parser agrees, but for what is explained, with', () => {
  const documents = mutatedDocuments(1000, 3);

  test.skipIf(!hasTool('prometheus'))(
    'Prometheus (skipped where it is not installed)',
    async () => {
      const takes = await judgeByPrometheus(documents);
      expect(unexplained(documents, takes, PROMETHEUS_TAKES, PROMETHEUS_REFUSES)).toEqual([]);
      expect(takes.filter(Boolean).length).toBeGreaterThan(100);
    },
    180_000,
  );

  test.skipIf(!hasPython('newest'))(
    'Python’s parsers (skipped where prometheus_client is not installed)',
    () => {
      const takes = judgeByPython(documents).map((said) => said === '');
      expect(unexplained(documents, takes, PYTHON_TAKES, PYTHON_REFUSES)).toEqual([]);
      expect(takes.filter(Boolean).length).toBeGreaterThan(100);
    },
  );

  test('nobody, if they were all taken or all refused', () => {
    const taken = documents.filter((document) => judgeByOurs(document) === undefined).length;
    expect(taken).toBeGreaterThan(100);
    expect(taken).toBeLessThan(900);
  });
});
