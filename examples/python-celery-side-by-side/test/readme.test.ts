import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { freePort, hasProgram, runCommands, shellBlocks } from '../../../tests/support/shell-commands.js';
import { temporaryDirectory } from '../../../tests/support/temporary-directory.js';
import { hasNative, hasTool, toolPath } from '../../../tests/support/tools.js';

const folder = fileURLToPath(new URL('..', import.meta.url));
const [, commands = ''] = shellBlocks(`${folder}/README.md`);
const missing = process.platform !== 'linux' || !hasTool('celery') || !hasNative() || !hasProgram('curl');

test.skipIf(missing)(
  'the commands of the README show the sum of both sides, through a kill (skipped where Celery, the addon or curl is not installed)',
  async () => {
    const { code, output } = await runCommands(commands, {
      folder,
      env: {
        TMPDIR: temporaryDirectory(),
        PYTHON: toolPath('celery'),
        PYTHONDONTWRITEBYTECODE: '1',
        WORKER_METRICS_EXPORTER_PORT: await freePort(),
      },
    });
    const shown = output.matchAll(/^task\w+\{task_name="[\w-]+"\} \d+$/gm);
    expect(
      Array.from(shown, ([line]) => line),
      output,
    ).toEqual([
      'task_success_total{task_name="hash-file"} 40',
      'tasks_in_progress{task_name="call-service"} 4',
      'task_success_total{task_name="call-service"} 4',
      'task_started_total{task_name="call-service"} 5',
    ]);
    expect(code, output).toBe(0);
  },
);
