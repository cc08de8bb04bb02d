import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { onTestFinished } from 'vitest';

import { checkProject, type CheckOptions } from '../src/check-project.js';
import { parseConfig } from '../src/settings/parse-config.js';

/** Files by their path; a package in `node_modules` needs no manifest if its file is `index.js`. */
export type FixtureFiles = Readonly<Record<string, string>>;

/** Writes a project into a folder that goes when the test ends. */
export function fixtureProject(files: FixtureFiles): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'promshard-guard-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** What is found in a project, one line each: `error worker-no-listen/listens src/worker.js:1:1`, and the chain below. */
export async function findIn(
  files: FixtureFiles,
  config: Readonly<Record<string, unknown>>,
  options: CheckOptions = {},
): Promise<string[]> {
  const root = fixtureProject(files);
  const { findings } = await checkProject({ config: parseConfig('the fixture', config), root }, options);
  return findings.flatMap(({ severity, rule, code, file, line, column, chain = [] }) => [
    `${severity} ${rule}/${code} ${file}:${line}:${column}`,
    ...chain.map((step) => `  ${step.file}:${step.line}:${step.column} ${step.text}`),
  ]);
}
