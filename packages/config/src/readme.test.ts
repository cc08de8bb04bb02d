import fs from 'node:fs';
import os from 'node:os';
import { expect, test } from 'vitest';

import { ConfigError } from './config-error.js';
import { loadExporterConfig } from './load-exporter-config.js';
import { loadPrunerConfig } from './load-pruner-config.js';
import { loadWriterConfig } from './load-writer-config.js';
import type { Environment } from './setting-source.js';

const readme = fs.readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The rows of the table of variables. */
const rows = readme
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, variable = '', roles = '', option = '', fallback = '']) => ({
    variable: unquote(variable),
    roles,
    option: unquote(option),
    fallback,
  }));

function unquote(cell: string): string {
  return cell.replaceAll('`', '');
}

const LOADERS: readonly (readonly [role: string, load: (env: Environment) => object])[] = [
  ['writer', loadWriterConfig],
  ['exporter', loadExporterConfig],
  ['pruner', loadPrunerConfig],
];

test.each(LOADERS)("the README's table lists the variables of a %s and no other", (role, load) => {
  const seen: PropertyKey[] = [];
  const env = new Proxy<Record<string, string>>(
    {},
    {
      get: (_target, name) => {
        seen.push(name);
        return undefined;
      },
    },
  );
  expect(() => load(env)).toThrow(ConfigError);
  const listed = rows.filter(({ roles }) => roles.includes(role)).map(({ variable }) => variable);
  expect(listed.toSorted()).toEqual([...new Set(seen.map(String))].toSorted());
});

test.each(LOADERS)("the README's defaults are those of a %s", (role, load) => {
  const documented = rows
    .filter(({ roles, fallback }) => roles.includes(role) && fallback.startsWith('`'))
    .map(({ option, fallback }) => [option, unquote(fallback)]);
  const { dir: _dir, ...defaults } = load({ PROMETHEUS_MULTIPROC_DIR: os.tmpdir() }) as Record<
    string,
    unknown
  >;
  expect(new Map(documented as [string, string][])).toEqual(
    new Map(Object.entries(defaults).map(([option, value]) => [option, String(value)])),
  );
});
