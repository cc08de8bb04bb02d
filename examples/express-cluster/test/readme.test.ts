import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { freePort, hasProgram, runCommands, shellBlocks } from '../../../tests/support/shell-commands.js';
import { temporaryDirectory } from '../../../tests/support/temporary-directory.js';

const folder = fileURLToPath(new URL('..', import.meta.url));
const [demo = '', byHand = ''] = shellBlocks(`${folder}/README.md`);

describe.skipIf(process.platform === 'win32')('the commands of the README (skipped on Windows)', () => {
  test('run the demo, which ends by itself with totals that hold', async () => {
    const { code, output } = await runCommands(demo, { folder });
    expect(output).toContain('kill -9');
    expect(output).toContain('3 workers live');
    expect(output).toContain('The totals hold.');
    expect(code, output).toBe(0);
  });

  test.skipIf(!hasProgram('curl'))(
    'show a request by its route (skipped where curl is not installed)',
    async () => {
      const { code, output } = await runCommands(byHand, {
        folder,
        env: {
          TMPDIR: temporaryDirectory(),
          PORT: await freePort(),
          WORKER_METRICS_EXPORTER_PORT: await freePort(),
          WORKERS: '2',
        },
      });
      expect(output).toContain('{"id":"7"}');
      expect(output).toMatch(
        /^http_request_duration_seconds_count\{method="GET",route="\/orders\/:id",status="200"\} 1$/m,
      );
      expect(code, output).toBe(0);
    },
  );
});
