import { readFile } from 'node:fs/promises';
import { createRequire, isBuiltin } from 'node:module';
import { pathToFileURL } from 'node:url';

import ts from 'typescript';
import { expect, test } from 'vitest';

/** The modules of Node that serve HTTP. */
const HTTP_MODULES = ['http', 'http2', 'https'];

/** Where the modules of a program end: what they ask of Node, and of other people's packages. */
interface OutsideImports {
  readonly builtins: readonly string[];
  readonly packages: readonly string[];
}

/** Follows every import of a built entry, static or not, through its chunks and through our packages. */
async function outsideImports(entry: URL): Promise<OutsideImports> {
  const seen = new Set<string>();
  const builtins = new Set<string>();
  const packages = new Set<string>();

  async function follow(file: URL): Promise<void> {
    if (seen.has(file.href)) return;
    seen.add(file.href);
    const { importedFiles } = ts.preProcessFile(await readFile(file, 'utf8'), true, true);
    for (const { fileName } of importedFiles) {
      if (fileName.startsWith('.')) await follow(new URL(fileName, file));
      else if (fileName.startsWith('@promshard/')) {
        await follow(pathToFileURL(createRequire(file).resolve(fileName)));
      } else if (isBuiltin(fileName)) builtins.add(fileName.replace('node:', ''));
      else packages.add(fileName);
    }
  }

  await follow(entry);
  return { builtins: [...builtins].toSorted(), packages: [...packages].toSorted() };
}

// What these packages do inside is theirs: pg-boss opens connections, prom-client can push. That no worker
// listens in the end is looked at in topology.test.ts, from outside of the process.
test.each([
  ['worker.js', ['pg-boss', 'prom-client', 'zod']],
  ['worker-parent.js', ['prom-client', 'zod']],
])('%s imports no HTTP server', async (entry, packages) => {
  const outside = await outsideImports(new URL(`../dist/${entry}`, import.meta.url));

  expect(outside.packages).toEqual(packages);
  expect(outside.builtins).toContain('fs');
  expect(outside.builtins.filter((name) => HTTP_MODULES.includes(name))).toEqual([]);
});

test('the same look at the API finds its server', async () => {
  const outside = await outsideImports(new URL('../dist/api.js', import.meta.url));
  expect(outside.packages).toContain('fastify');
});
