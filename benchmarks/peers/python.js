// Python's own multiprocess collector over the same directory.
import { spawnSync } from 'node:child_process';

const PYTHON = process.env.TEST_TOOLS_PYTHON ?? 'python3';

const PROGRAM = `
import sys, time, statistics
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
registry = CollectorRegistry()
MultiProcessCollector(registry, path=sys.argv[1])
times = []
for _ in range(int(sys.argv[2])):
    start = time.perf_counter()
    generate_latest(registry)
    times.append(time.perf_counter() - start)
print(1000 * statistics.median(times))
`;

/** Milliseconds of one scrape by Python's collector; undefined where its client is not installed. */
export function scrapePython(dir, rounds) {
  const run = spawnSync(PYTHON, ['-c', PROGRAM, dir, String(rounds)], {
    encoding: 'utf8',
    env: { ...process.env, PROMETHEUS_MULTIPROC_DIR: dir },
  });
  return run.status === 0 ? Number(run.stdout) : undefined;
}
