// Python's own multiprocess collector over the same directory.
import { spawnSync } from 'node:child_process';

const PYTHON = process.env.TEST_TOOLS_PYTHON ?? 'python3';

const PROGRAM = `
import resource, statistics, sys, time
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
registry = CollectorRegistry()
MultiProcessCollector(registry, path=sys.argv[1])
times = []
processor = []
for _ in range(int(sys.argv[2])):
    before = time.process_time()
    start = time.perf_counter()
    generate_latest(registry)
    times.append(time.perf_counter() - start)
    processor.append(time.process_time() - before)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(1000 * statistics.median(times), 1000 * statistics.median(processor), peak)
`;

/** What one scrape by Python's collector costs; undefined where its client is not installed. */
export function measurePython(dir, rounds) {
  const run = spawnSync(PYTHON, ['-c', PROGRAM, dir, String(rounds)], {
    encoding: 'utf8',
    env: { ...process.env, PROMETHEUS_MULTIPROC_DIR: dir },
  });
  if (run.status !== 0) return undefined;
  const [wall, cpu, peak] = run.stdout.trim().split(' ').map(Number);
  return { wall, cpu, peak };
}

/** Milliseconds of one scrape by Python's collector; undefined where its client is not installed. */
export function scrapePython(dir, rounds) {
  return measurePython(dir, rounds)?.wall;
}
