import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const manifest = JSON.parse(read('package.json')) as {
  devEngines: { packageManager: { version: string } };
  engines: { node: string };
};

describe('the version of pnpm', () => {
  const workflows = readdirSync(join(root, '.github/workflows')).map((name) => `.github/workflows/${name}`);

  test.each(['README.md', 'CONTRIBUTING.md', 'deploy/compose/Dockerfile', '.ci/run', ...workflows])(
    'is the same in %s',
    (path) => {
      const named = new Set(read(path).match(/(?<=pnpm@)[\d.]*\d/g));
      expect([...named]).toEqual([manifest.devEngines.packageManager.version]);
    },
  );
});

test('every package runs on the versions of Node that the workspace names', () => {
  for (const name of readdirSync(join(root, 'packages'))) {
    const { engines } = JSON.parse(read(`packages/${name}/package.json`)) as { engines: { node: string } };
    expect({ name, node: engines.node }).toEqual({ name, node: manifest.engines.node });
  }
});
