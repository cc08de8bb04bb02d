import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { demonstrate } from './demonstrate.js';

const { values: flags } = parseArgs({ options: { keep: { type: 'boolean', default: false } } });

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interruption.abort());

/** 0 if the sums hold, 1 if not or if something failed, 130 if the user did not want to see it. */
async function main(): Promise<number> {
  // The demo plays the deployment, and it is the deployment that provisions the directory.
  const directory = await mkdtemp(path.join(tmpdir(), 'promshard-demo-'));
  try {
    const options = { directory, keep: flags.keep, interruption: interruption.signal };
    return (await demonstrate(options)) ? 0 : 1;
  } catch (error) {
    if (interruption.signal.aborted) return 130;
    console.error(error);
    return 1;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

// What an interrupted demo was still waiting for is not waited for.
process.exit(await main());
