import { spawnSync } from 'node:child_process';

import { loadNative } from '@promshard/native';

/** Whether the compiled addon is there. */
export const hasAddon: boolean = present('the native addon', loadNative().addon !== undefined);

/** Whether file systems can be mounted here: as root, with mount(8). */
export const hasMount: boolean = present(
  'mount as root',
  process.platform === 'linux' && process.getuid?.() === 0 && spawnSync('mount', ['--version']).status === 0,
);

/** Whether processes can be put into a PID namespace of their own: as root, with unshare(1). */
export const hasPidNamespaces: boolean = present(
  'unshare --pid as root',
  spawnSync('unshare', ['--pid', '--fork', '--mount-proc', 'true']).status === 0,
);

/** Whether a wall clock can be shifted for one program: on Linux, with a C compiler. */
export const hasShiftedClock: boolean = present(
  'a C compiler on Linux',
  process.platform === 'linux' && spawnSync('cc', ['--version']).status === 0,
);

/** The folder of PM2's package; undefined where there is none. */
export const pm2: string | undefined = present(
  'PM2, as TEST_TOOLS_PM2',
  process.env['TEST_TOOLS_PM2'] !== undefined,
)
  ? process.env['TEST_TOOLS_PM2']
  : undefined;

const candidate = process.env['TEST_TOOLS_PYTHON'] ?? 'python3';

/** A Python with a prometheus_client that writes timestamps (0.17 or newer); undefined where there is none. */
export const python: string | undefined = present(
  'python3 with prometheus_client >= 0.17',
  spawnSync(candidate, [
    '-c',
    'from prometheus_client.mmap_dict import mmap_key; mmap_key("a","b",[],[],"h")',
  ]).status === 0,
)
  ? candidate
  : undefined;

/** Backends that can be tested here. */
export const backends: readonly ('mmap' | 'pwrite')[] = hasAddon ? ['mmap', 'pwrite'] : ['pwrite'];

function present(tool: string, isPresent: boolean): boolean {
  if (!isPresent && process.env['TEST_TOOLS_REQUIRED'] === '1') throw new Error(`${tool} is not installed.`);
  return isPresent;
}
