import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

import ts from 'typescript';
import { describe, expect, test } from 'vitest';

import { extractBlocks } from './extract-blocks.js';

// Every TypeScript block of the documentation compiles as written, against the built packages: each stands
// alone, as its reader copies it.

const root = fileURLToPath(new URL('../..', import.meta.url));
const skipped = new Set(['node_modules', 'dist', 'build', 'coverage', '.git', '.turbo', '.changeset']);

function markdownFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : markdownFiles(path);
    return entry.name.endsWith('.md') && entry.name !== 'CHANGELOG.md' ? [path] : [];
  });
}

/**
 * The blocks as files that exist only here, in `tests/docs`: there, every package of the workspace can be
 * imported by its name, and the file's own package too.
 */
const blocks = new Map<string, string>();
const places = new Map<string, string>();
for (const file of markdownFiles(root)) {
  const shown = relative(root, file).split(sep).join('/');
  for (const { line, code } of extractBlocks(readFileSync(file, 'utf8'), 'ts')) {
    const name = join(dirname(fileURLToPath(import.meta.url)), `${shown.replaceAll('/', '--')}-${line}.ts`);
    // What is neither imports nor exports would share its names with the other blocks.
    blocks.set(name, `${code}\nexport {};\n`);
    places.set(name, shown);
  }
}

function compile(sources: ReadonlyMap<string, string>): ts.Diagnostic[] {
  const configFile = join(root, 'tests/tsconfig.json');
  const { config } = ts.readConfigFile(configFile, (path) => ts.sys.readFile(path)) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, dirname(configFile));
  // A reader's first lines often leave a result unused.
  Object.assign(options, { noUnusedLocals: false, noUnusedParameters: false });
  const host = ts.createCompilerHost(options);
  const withSources: ts.CompilerHost = {
    ...host,
    fileExists: (path) => sources.has(path) || host.fileExists(path),
    readFile: (path) => sources.get(path) ?? host.readFile(path),
    getSourceFile: (path, target, ...rest) => {
      const text = sources.get(path);
      return text === undefined
        ? host.getSourceFile(path, target, ...rest)
        : ts.createSourceFile(path, text, target);
    },
  };
  return [...ts.getPreEmitDiagnostics(ts.createProgram([...sources.keys()], options, withSources))];
}

function describeDiagnostic(diagnostic: ts.Diagnostic): string {
  const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ');
  if (diagnostic.file === undefined || diagnostic.start === undefined) return text;
  const first = Number(/-(\d+)\.ts$/.exec(diagnostic.file.fileName)?.[1]);
  const { line } = ts.getLineAndCharacterOfPosition(diagnostic.file, diagnostic.start);
  return `${places.get(diagnostic.file.fileName) ?? diagnostic.file.fileName}:${first + line} ${text}`;
}

describe('the documentation', () => {
  test('has blocks to check', () => {
    expect(blocks.size).toBeGreaterThan(0);
  });

  test('compiles, block by block', { timeout: 120_000 }, () => {
    expect(compile(blocks).map(describeDiagnostic)).toEqual([]);
  });
});

test('a block that does not compile is reported with its line', () => {
  const [block] = extractBlocks(
    '# Title\n\n```ts\nconst one: number = 1;\nconst two: number = one.two;\n```\n',
    'ts',
  );
  const name = join(dirname(fileURLToPath(import.meta.url)), `example.md-${block?.line}.ts`);
  places.set(name, 'example.md');
  expect(compile(new Map([[name, block?.code ?? '']])).map(describeDiagnostic)).toEqual([
    `example.md:5 Property 'two' does not exist on type 'number'.`,
  ]);
});
