import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { PACKAGE_RULES } from './package-rules.js';

// The linter's overrides repeat the import rules, so that an editor shows a breach while it is typed. Here
// both must say the same: each package imports each other one, and the file system, in a file of its own.

const root = fileURLToPath(new URL('../..', import.meta.url));
const names = Object.keys(PACKAGE_RULES);
let folder: string;
let reported: Set<string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'promshard-lint-'));
  copyFileSync(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
  for (const [packageName, rules] of Object.entries(PACKAGE_RULES)) {
    for (const imported of names.filter((name) => name !== packageName)) {
      write(`${packageName}/src/imports-${imported}.ts`, `import '@promshard/${imported}';\n`);
    }
    write(
      `${packageName}/src/reads-files.ts`,
      `import { readFileSync } from 'node:fs';\nreadFileSync('a');\n`,
    );
    write(`${packageName}/src/writes-files.ts`, `import { writeSync } from 'node:fs';\nwriteSync(1, 'a');\n`);
    write(
      `${packageName}/src/writes-files.test.ts`,
      `import { writeSync } from 'node:fs';\nwriteSync(1, 'a');\n`,
    );
    if (rules.changesFiles !== undefined) {
      write(
        `${packageName}/${rules.changesFiles}`,
        `import { writeSync } from 'node:fs';\nwriteSync(1, 'a');\n`,
      );
    }
  }
  reported = await lint();
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  const file = join(folder, 'packages', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** The files whose imports the linter reports. */
async function lint(): Promise<Set<string>> {
  const output = await new Promise<string>((resolve, reject) => {
    const program = join(root, 'node_modules/oxlint/bin/oxlint');
    execFile(process.execPath, [program, '--format=json', 'packages'], { cwd: folder }, (error, stdout) => {
      // Code 1 says that there are findings.
      if (error !== null && error.code !== 1) reject(new Error('oxlint did not run', { cause: error }));
      else resolve(stdout);
    });
  });
  const { diagnostics } = JSON.parse(output) as { diagnostics: { code: string; filename: string }[] };
  return new Set(
    diagnostics
      .filter(({ code }) => code.includes('no-restricted-imports'))
      .map(({ filename }) => filename.replaceAll('\\', '/').replace(/^.*packages\//, '')),
  );
}

describe.each(names)('the linter on %s', (packageName) => {
  const rules = PACKAGE_RULES[packageName];

  test('reports imports of the packages that are none of its dependencies, and no others', () => {
    const forbidden = names.filter((name) => name !== packageName && rules?.ours.includes(name) === false);
    const found = names.filter((name) => reported.has(`${packageName}/src/imports-${name}.ts`));
    expect(found).toEqual(forbidden);
  });

  test('reports what changes files outside the one file for it', () => {
    expect({
      reading: reported.has(`${packageName}/src/reads-files.ts`),
      changing: reported.has(`${packageName}/src/writes-files.ts`),
      inTheOneFile: reported.has(`${packageName}/${rules?.changesFiles ?? ''}`),
      inATest: reported.has(`${packageName}/src/writes-files.test.ts`),
    }).toEqual({ reading: rules?.node === false, changing: true, inTheOneFile: false, inATest: false });
  });
});
