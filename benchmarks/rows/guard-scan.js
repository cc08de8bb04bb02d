// How long promshard-guard takes over a codebase of 5,000 source files: anew, and again.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { median, ms, printTable, QUICK } from '../report.js';

const FILES = QUICK ? 200 : 5000;
const ROUNDS = QUICK ? 1 : 5;
const PROGRAM = fileURLToPath(
  new URL('dist/bin.js', import.meta.resolve('@promshard/guardrails/package.json')),
);

const root = realpathSync(mkdtempSync(join(tmpdir(), 'promshard-bench-guard-')));
let bytes = 0;
for (let index = 0; index < FILES; index++) {
  const text = sourceFile(index);
  bytes += text.length;
  const folder = join(root, 'src', `part-${index % 50}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `file-${index}.ts`), text);
}
mkdirSync(join(root, 'node_modules/prom-client'), { recursive: true });
writeFileSync(join(root, 'node_modules/prom-client/index.js'), 'exports.Counter = class Counter {};\n');
writeFileSync(
  join(root, 'promshard-guard.config.json'),
  JSON.stringify({ workers: { entries: ['src/part-0/file-0.ts'] }, metrics: {} }),
);
// The folder's pages are in memory for every candidate alike.
run(['--no-cache']);

const anew = times(['--no-cache']);
run([]);
const again = times([]);
const changed = times([], () => {
  for (let index = 0; index < FILES / 100; index++) {
    writeFileSync(
      join(root, 'src', `part-${index % 50}`, `file-${index}.ts`),
      `${sourceFile(index)}// ${Math.random()}\n`,
    );
  }
});
rmSync(root, { recursive: true });

printTable(
  `promshard-guard over ${FILES.toLocaleString('en')} TypeScript files, ${(bytes / 1e6).toFixed(1)} MB, ${availableParallelism()} cores`,
  ['', 'anew', 'again, nothing changed', 'again, 1 % changed'],
  [
    ['on the clock', ...[anew, again, changed].map((runs) => ms(median(runs.map(({ clock }) => clock))))],
    [
      'processor time, all threads',
      ...[anew, again, changed].map((runs) => ms(median(runs.map(({ cpu }) => cpu)))),
    ],
  ],
);

function times(args, before = () => undefined) {
  return Array.from({ length: ROUNDS }, () => {
    before();
    const began = performance.now();
    const cpu = run(args);
    return { clock: performance.now() - began, cpu };
  });
}

/** Runs the program and gives the processor time that it took, in milliseconds. */
function run(args) {
  const told =
    'data:text/javascript,process.on("exit",()=>process.stderr.write(JSON.stringify(process.cpuUsage())))';
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', told, PROGRAM, '--strict', ...args],
    {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 2 ** 27,
    },
  );
  if (status !== 0)
    throw new Error(`promshard-guard ended with ${status}: ${(stderr + stdout).slice(0, 2000)}`);
  const { user, system } = JSON.parse(stderr.slice(stderr.lastIndexOf('{')));
  return (user + system) / 1000;
}

/** Each file imports the next three, so that a worker's way leads through all of them. */
function sourceFile(index) {
  const imports = [1, 2, 3]
    .map((step) => index + step)
    .filter((next) => next < FILES)
    .map((next) => `import { read${next}, type Row${next} } from '../part-${next % 50}/file-${next}.js';\n`);
  const uses = [1, 2, 3]
    .map((step) => index + step)
    .filter((next) => next < FILES)
    .map(
      (next) =>
        `  if (depth > ${next}) rows.push(...(read${next}(depth - 1) as readonly Row${next}[]).map((row) => ({ ...row, id: '${next}' })));\n`,
    );
  const metric =
    index % 10 === 0
      ? `import { Counter } from 'prom-client';\nexport const done${index} = new Counter({ name: 'part_${index}_done_total', help: 'Done.', labelNames: ['state'] });\n`
      : '';
  const functions = Array.from(
    { length: 12 },
    (_, number) => `
/** Adds up what is in a list, leaving out what is too small. */
export function sum${index}_${number}(values: readonly number[], options: { readonly least?: number } = {}): number {
  const { least = ${number} } = options;
  let total = 0;
  for (const value of values) {
    if (value < least || Number.isNaN(value)) continue;
    total += value * ${number + 1};
  }
  return total > ${index} ? total : -total;
}
`,
  );
  return `${imports.join('')}${metric}
export interface Row${index} {
  readonly id: string;
  readonly value: number;
}

export function read${index}(depth: number): Row${index}[] {
  const rows: Row${index}[] = [{ id: 'own', value: depth }];
${uses.join('')}  return rows;
}
${functions.join('')}`;
}
