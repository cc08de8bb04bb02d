import type { RuleName } from '../finding.js';

/** What each rule holds, in a sentence. */
export const RULE_TEXTS: Readonly<Record<RuleName, string>> = {
  'worker-no-listen': 'A worker reaches nothing that listens for connections.',
  'exporter-read-only': 'An exporter loads no database, no queue and no settings, and changes no file.',
  'metric-declarations':
    'Declared metrics are named well, their labels may exist, and gauges say how they combine.',
  'task-names': 'Names of tasks and queues are those of the committed snapshot.',
  audit: 'An exposition holds no personal data, stays bounded, and is named well.',
  coverage: 'What the other rules could not look at.',
};
