import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { runProgram } from '../process/run-program.js';

/** The file behind the `promshard-exporter` command. */
async function exporterCommand(): Promise<string> {
  const manifest = import.meta.resolve('@promshard/exporter/package.json');
  const { bin } = JSON.parse(await readFile(new URL(manifest), 'utf8')) as { bin: Record<string, string> };
  return fileURLToPath(new URL(bin['promshard-exporter']!, manifest));
}

// In a deployment the process manager starts `promshard-exporter` itself. Here this process stands for the
// process manager: the command knows nothing of our demo, so somebody has to end it with the demo.
await runProgram('exporter', async () => {
  const exporter = spawn(process.execPath, [await exporterCommand()], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // A process group of its own: Ctrl-C in the terminal is for the demo, which then stops this.
    detached: true,
  });
  const ended = once(exporter, 'exit').then(([code, signal]) => ({ code, signal }));
  const lines = createInterface(exporter.stdout);

  const listening = new Promise<string>((resolve) => {
    lines.on('line', (line) => {
      const url = /http:\/\/[^\s/]+/.exec(line)?.[0];
      if (url) resolve(url);
    });
  });
  const failed = ended.then(({ code, signal }): never => {
    throw new Error(`promshard-exporter ended by itself (${signal ?? `exit code ${code}`}).`);
  });

  return {
    details: { url: await Promise.race([listening, failed]) },
    failed,
    async stop() {
      exporter.kill('SIGTERM');
      await ended;
    },
  };
});
