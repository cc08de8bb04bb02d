import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, onTestFinished, test } from 'vitest';

import { freePort, hasProgram, runCommands, shellBlocks } from '../../../tests/support/shell-commands.js';
import { temporaryDirectory } from '../../../tests/support/temporary-directory.js';

const folder = fileURLToPath(new URL('..', import.meta.url));
const [commands = ''] = shellBlocks(`${folder}/README.md`);
const pm2 = process.env['TEST_TOOLS_PM2'];
if (pm2 === undefined && process.env['TEST_TOOLS_REQUIRED'] === '1') {
  throw new Error('TEST_TOOLS_REQUIRED is 1, and TEST_TOOLS_PM2 names no PM2.');
}

test.skipIf(pm2 === undefined || !hasProgram('curl'))(
  'the totals of the README hold through a reload and a kill (skipped where PM2 or curl is not installed)',
  async () => {
    const home = temporaryDirectory();
    const env = {
      // A daemon of its own: whatever else runs under PM2 here is left alone.
      PM2_HOME: home,
      PATH: `${join(dirname(pm2!), '.bin')}:${process.env['PATH']}`,
      TMPDIR: home,
      PORT: await freePort(),
      WORKER_METRICS_EXPORTER_PORT: await freePort(),
    };
    onTestFinished(async () => {
      if (existsSync(`${home}/pm2.pid`)) await runCommands('pm2 kill', { folder, env });
    });
    const { code, output } = await runCommands(commands, { folder, env });
    const totals = Array.from(output.matchAll(/^shop_requests_total (\d+)$/gm), ([, total]) => Number(total));
    expect(totals, output).toEqual([30, 40, 40, 45]);
    expect(code, output).toBe(0);
    // Three processes, three more by the reload, one more after the kill.
    const pids = new Set(Array.from(output.matchAll(/^answered by (\d+)$/gm), ([, pid]) => pid));
    expect(pids.size).toBeGreaterThanOrEqual(6);
    expect(readdirSync(home)).not.toContain('pm2.pid');
  },
);
