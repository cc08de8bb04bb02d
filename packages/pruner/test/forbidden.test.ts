import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync } from 'node:fs';

import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { openPruneDirectory } from '../src/prune-directory.js';
import { prune } from '../src/prune.js';
import { fixture } from './processes.js';
import { machine, namesIn, putWriter, samples, scratchDirectory } from './scratch.js';

const isRoot = process.getuid?.() === 0;

test('an owner record that may not be read is reported as that, and its writer is kept', async () => {
  const dir = scratchDirectory();
  const ids = [putWriter(dir, 11), putWriter(dir, 12)];
  const real = openPruneDirectory(dir, undefined);
  const openRecord: typeof real.openRecord = (name) =>
    name === `${ids[0]}.owner`
      ? Promise.reject(Object.assign(new Error('EACCES: injected'), { code: 'EACCES' }))
      : real.openRecord(name);
  const directory = { ...real, openRecord };
  expect(await prune({ dir, host: machine(1), native: false, directory })).toMatchObject({
    kind: 'done',
    writers: [
      { id: ids[0], liveness: { kind: 'unknown', reason: 'record-forbidden' } },
      { id: ids[1], liveness: { kind: 'dead' } },
    ],
  });
  expect(namesIn(dir)).toEqual(expect.arrayContaining([`${ids[0]}.owner`, `counter_${ids[0]}.db`]));
  expect(await samples(dir)).toMatchObject({ jobs_total: 2 });
});

describe.skipIf(!isRoot)('as a user who may not read owner records (skipped but as root)', () => {
  test('promshard-pruner --watch says so once, and what to do', { timeout: 60_000 }, async () => {
    const dir = scratchDirectory();
    chmodSync(dir, 0o777);
    const ids = [putWriter(dir, 2 ** 30), putWriter(dir, 2 ** 30 + 1)];
    for (const id of ids) chmodSync(`${dir}/${id}.owner`, 0o600);
    const env = { ...process.env, PROMSHARD_PRUNE_INTERVAL_MS: '10' };
    const child = spawn(process.execPath, [fixture('pruner-as-nobody'), '--watch', '--dir', dir], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const exited = once(child, 'exit');
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    // Each run's lock has the next number.
    const runs = (): number =>
      Math.max(0, ...readdirSync(dir).map((name) => Number(/^pruner-([0-9]+)/.exec(name)?.[1] ?? 0)));
    await vi.waitFor(() => expect(runs()).toBeGreaterThan(5), { timeout: 30_000 });
    child.kill('SIGTERM');
    await exited;
    expect(errors).toBe(
      `promshard-pruner: 2 writers, ${ids[0]} first, in ${dir} cannot be judged: this process is not permitted to ` +
        'read the owner record. What is not judged is kept, dead or alive. Run the pruner as the user of the writers, ' +
        'or let it read their files.\n',
    );
    expect(await samples(dir)).toMatchObject({ jobs_total: 2 });
  });
});
