// Folds a directory in a process of its own and prints how long it took, and by how much memory rose above what the
// process had before. Argument: the directory.
import { prune } from '@promshard/pruner';

const [dir] = process.argv.slice(2);
const before = process.resourceUsage().maxRSS;
const start = performance.now();
const report = await prune({ dir });
const ms = performance.now() - start;
if (report.kind !== 'done') throw new Error(`The pruner reported ${report.kind}.`);
const after = process.resourceUsage().maxRSS;
process.stdout.write(JSON.stringify({ ms, peakKb: after, risenKb: after - before }));
