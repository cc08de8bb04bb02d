// Runs every row of the performance budget beside its peers and prints a Markdown report.
//
//   node benchmarks/run.js           all rows
//   node benchmarks/run.js --quick   small sizes and few rounds: only shows that every row runs
//   node benchmarks/run.js hot-path  one row group, of those named below
//
// Absolute times mean little on a shared machine; each ratio comes from rounds that alternate between the
// candidates in one run.
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

const groups = [
  'hot-path',
  'series',
  'summary',
  'exemplars',
  'memory',
  'scrape',
  'event-loop',
  'http',
  'dead-workers',
  'fold',
  'guard-scan',
];
const args = process.argv.slice(2);
const quick = args.includes('--quick');
const chosen = groups.filter((group) => args.includes(group));

console.log(`# Benchmarks\n`);
console.log(
  `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${process.platform} ${process.arch}, ` +
    `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}${quick ? ', quick run: figures are noise' : ''}\n`,
);

let failed = 0;
for (const group of chosen.length > 0 ? chosen : groups) {
  // A process of its own: what one row leaves in the optimiser's and the collector's hands is not the next one's.
  const script = fileURLToPath(new URL(`rows/${group}.js`, import.meta.url));
  const { status } = spawnSync(process.execPath, ['--expose-gc', script], {
    stdio: 'inherit',
    env: { ...process.env, BENCH_QUICK: quick ? '1' : '' },
  });
  if (status !== 0) failed += 1;
}
process.exitCode = failed === 0 ? 0 : 1;
