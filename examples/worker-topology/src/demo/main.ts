import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { demonstrate } from './demonstrate.js';

const { values: flags } = parseArgs({ options: { keep: { type: 'boolean', default: false } } });

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interruption.abort());

// The demo plays the deployment, and it is the deployment that provisions the directory.
const multiprocDir = await mkdtemp(path.join(tmpdir(), 'promshard-demo-'));
try {
  const sumsHold = await demonstrate({ multiprocDir, keep: flags.keep, interruption: interruption.signal });
  process.exitCode = sumsHold ? 0 : 1;
} catch (error) {
  if (interruption.signal.aborted) process.exitCode = 130;
  else throw error;
} finally {
  await rm(multiprocDir, { recursive: true, force: true });
}
