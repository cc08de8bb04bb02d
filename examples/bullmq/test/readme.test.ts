import { fileURLToPath } from 'node:url';

import { expect, onTestFinished, test } from 'vitest';

import { createRedis } from '../../../tests/support/broker-servers.js';
import { freePort, hasProgram, runCommands, shellBlocks } from '../../../tests/support/shell-commands.js';
import { temporaryDirectory } from '../../../tests/support/temporary-directory.js';
import { hasTool } from '../../../tests/support/tools.js';

const folder = fileURLToPath(new URL('..', import.meta.url));
const [commands = ''] = shellBlocks(`${folder}/README.md`);

test.skipIf(process.platform === 'win32' || !hasTool('redis') || !hasProgram('curl'))(
  'the commands of the README show a dead letter and its replay (skipped where Redis or curl is not installed)',
  async () => {
    const server = await createRedis();
    onTestFinished(() => server.remove());
    await server.start();
    const { code, output } = await runCommands(commands, {
      folder,
      env: {
        REDIS_URL: server.url,
        TMPDIR: temporaryDirectory(),
        PORT: await freePort(),
        WORKER_METRICS_EXPORTER_PORT: await freePort(),
      },
    });
    expect(output).toContain('"errorName":"Error"');
    expect(output).toContain('"ended":"complete","found":1,"done":1');
    expect(code, output).toBe(0);
  },
);
