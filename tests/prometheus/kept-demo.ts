import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { onTestFinished } from 'vitest';

const DEMO = fileURLToPath(new URL('../../examples/worker-topology/dist/demo.js', import.meta.url));

/** The endpoints of the example's topology, after the demo's jobs have run. */
export interface KeptDemo {
  /** Base URLs, without a slash at the end. */
  readonly api: string;
  readonly exporter: string;
}

/** Runs the demo with `--keep` until its table is out and leaves it running until the test ends. */
export async function keepDemoRunning(): Promise<KeptDemo> {
  const demo = spawn(process.execPath, [DEMO, '--keep'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(demo, 'exit');
  onTestFinished(async () => {
    demo.kill('SIGTERM');
    await ended;
  });
  let output = '';
  const urls = new Promise<KeptDemo>((resolve, reject) => {
    demo.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const [api, exporter] = Array.from(output.matchAll(/curl -s (http:\S+)\/metrics/g), ([, url]) => url);
      if (api !== undefined && exporter !== undefined) resolve({ api, exporter });
    });
    void ended.then(() => reject(new Error(`The demo ended early:\n${output}`)));
  });
  return urls;
}
