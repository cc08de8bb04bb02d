import { expect, test } from 'vitest';

import { hasPython } from '../interop/python-client.js';
import { hasTool } from '../support/tools.js';
import { mutatedDocuments, unexplained } from './compare-parsers.js';
import { PROMETHEUS_REFUSES, PROMETHEUS_TAKES, PYTHON_REFUSES, PYTHON_TAKES } from './disagreements.js';
import { judgeByPrometheus, judgeByPython } from './other-parsers.js';

test.skipIf(!hasPython('newest')).each([11, 12, 13, 14, 15])(
  'Python’s parsers agree on 10,000 mutated documents of seed %i, but for what is explained (skipped where prometheus_client is not installed)',
  (seed) => {
    const documents = mutatedDocuments(10_000, seed);
    const takes = judgeByPython(documents).map((said) => said === '');
    expect(unexplained(documents, takes, PYTHON_TAKES, PYTHON_REFUSES)).toEqual([]);
  },
);

test.skipIf(!hasTool('prometheus')).each([21, 22, 23])(
  'Prometheus agrees on 1,500 mutated documents of seed %i, but for what is explained (skipped where it is not installed)',
  async (seed) => {
    const documents = mutatedDocuments(1500, seed);
    const takes = await judgeByPrometheus(documents);
    expect(unexplained(documents, takes, PROMETHEUS_TAKES, PROMETHEUS_REFUSES)).toEqual([]);
  },
);
