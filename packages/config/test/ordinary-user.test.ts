import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { MULTIPROC_DIR_INVALID_ERROR } from '../src/index.js';

/** An uid and a gid that own nothing: "nobody" on most systems. */
const NOBODY = 65_534;

/**
 * Loads the built package first, since an ordinary user may not be able to reach the checkout, and then gives
 * up root for good: root passes every access(2) check, so nothing could be refused to it.
 */
const CHILD = `
  const config = await import(process.argv[1]);
  if (process.getuid() === 0) {
    process.setgroups([]);
    process.setgid(${NOBODY});
    process.setuid(${NOBODY});
  }
  const results = JSON.parse(process.argv[2]).map(([loader, dir]) => {
    try {
      return { dir: config[loader]({ PROMETHEUS_MULTIPROC_DIR: dir }).dir };
    } catch (error) {
      return { code: error.code, message: error.message };
    }
  });
  process.stdout.write(JSON.stringify(results));
`;

const OK = undefined;
const CASES = [
  ['loadExporterConfig', 0o555, OK],
  ['loadExporterConfig', 0o111, 'is not readable for'],
  ['loadExporterConfig', 0o444, 'is not searchable for'],
  ['loadExporterConfig', 0o333, 'is not readable for'],
  ['loadExporterConfig', 0o000, 'is not readable, not searchable for'],
  ['loadWriterConfig', 0o333, OK],
  ['loadWriterConfig', 0o555, 'is not writable for'],
  ['loadWriterConfig', 0o666, 'is not searchable for'],
  ['loadWriterConfig', 0o000, 'is not writable, not searchable for'],
  ['loadPrunerConfig', 0o777, OK],
  ['loadPrunerConfig', 0o333, 'is not readable for'],
  ['loadPrunerConfig', 0o555, 'is not writable for'],
  ['loadPrunerConfig', 0o666, 'is not searchable for'],
  ['loadPrunerConfig', 0o000, 'is not readable, not writable, not searchable for'],
] as const;

interface Outcome {
  readonly dir?: string;
  readonly code?: string;
  readonly message?: string;
}

let root: string;
let outcomes: readonly Outcome[];

/** A directory for temporary files that every user can search, up to the root. */
function commonTemporaryDirectory(): string {
  const found = [os.tmpdir(), '/tmp', '/var/tmp'].find((candidate) => {
    for (let part = candidate; part !== path.dirname(part); part = path.dirname(part)) {
      if (!fs.existsSync(part) || (fs.statSync(part).mode & 0o001) === 0) return false;
    }
    return true;
  });
  if (found === undefined) throw new Error('no temporary directory is searchable for every user');
  return fs.realpathSync(found);
}

const shown = (mode: number): string => mode.toString(8).padStart(4, '0');

describe.skipIf(process.platform === 'win32')(
  'as an ordinary user (skipped on Windows, which has no modes)',
  () => {
    beforeAll(async () => {
      root = fs.mkdtempSync(path.join(commonTemporaryDirectory(), 'promshard-config-'));
      fs.chmodSync(root, 0o755);
      for (const [loader, mode] of CASES) {
        const dir = path.join(root, `${loader}-${shown(mode)}`);
        fs.mkdirSync(dir);
        fs.chmodSync(dir, mode);
      }
      fs.mkdirSync(path.join(root, 'locked', 'inner'), { recursive: true });
      fs.chmodSync(path.join(root, 'locked'), 0o666);

      const asked = CASES.map(([loader, mode]) => [loader, path.join(root, `${loader}-${shown(mode)}`)]);
      asked.push(['loadExporterConfig', path.join(root, 'locked', 'inner')]);
      const { stdout } = await promisify(execFile)(process.execPath, [
        '--input-type=module',
        '--eval',
        CHILD,
        new URL('../dist/index.js', import.meta.url).href,
        JSON.stringify(asked),
      ]);
      // The child is built from this file's text; its shape is checked by every test below.
      outcomes = JSON.parse(stdout) as readonly Outcome[];
    });

    afterAll(() => {
      for (const name of fs.readdirSync(root)) fs.chmodSync(path.join(root, name), 0o700);
      fs.rmSync(root, { recursive: true });
    });

    const judged = CASES.map(([loader, mode, complaint], at) => ({
      loader,
      mode: shown(mode),
      complaint,
      at,
    }));

    test.each(judged.filter(({ complaint }) => complaint === OK))(
      '$loader takes mode $mode',
      ({ loader, mode, at }) => {
        expect(outcomes[at]).toEqual({ dir: path.join(root, `${loader}-${mode}`) });
      },
    );

    test.each(judged.filter(({ complaint }) => complaint !== OK))(
      '$loader says of mode $mode that it $complaint it',
      ({ mode, complaint, at }) => {
        const outcome = outcomes[at];
        expect(outcome?.code).toBe('CONFIG_INVALID');
        expect(outcome?.message?.split('\n')[0]).toBe(MULTIPROC_DIR_INVALID_ERROR);
        expect(outcome?.message).toContain(`${complaint} this process (mode ${mode}, owner `);
        expect(outcome?.message).toMatch(/; this process runs as [1-9]\d*:\d+\)/);
      },
    );

    test('a parent that cannot be searched is named', () => {
      const outcome = outcomes.at(-1);
      expect(outcome?.message?.split('\n')[0]).toBe(MULTIPROC_DIR_INVALID_ERROR);
      expect(outcome?.message).toContain(`its parent "${path.join(root, 'locked')}" is not searchable (x)`);
    });
  },
);
