import { parentPort } from 'node:worker_threads';

import { extractFacts } from '../source/extract-facts.js';
import type { ScanRequest } from './thread-pool.js';

// Runs as a worker thread: texts in, facts out.
parentPort?.on('message', (request: readonly ScanRequest[]) => {
  parentPort?.postMessage(request.map(({ path, text }) => extractFacts(path, text)));
});
