// GitLab's prometheus-client-mmap: its compiled reader over the same series, in files of its own layout.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Debian's package installs for Debian's interpreter.
const RUBY = process.env.TEST_TOOLS_RUBY ?? 'ruby';

const PROGRAM = `
require 'prometheus/client'
require 'prometheus/client/formats/text'
times = []
processor = []
lines = 0
(Integer(ARGV[1]) + 1).times do |round|
  before = Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID)
  start = Process.clock_gettime(Process::CLOCK_MONOTONIC)
  text = Prometheus::Client::Formats::Text.marshal_multiprocess(ARGV[0])
  elapsed = Process.clock_gettime(Process::CLOCK_MONOTONIC) - start
  lines = text.count("\\n")
  next if round == 0
  times << elapsed
  processor << Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID) - before
end
peak = File.read('/proc/self/status')[/VmHWM:\\s+(\\d+)/, 1].to_i
middle = ->(all) { all.sort[all.size / 2] * 1000 }
puts [middle.(times), middle.(processor), peak / 1024.0, lines].join(' ')
`;

/**
 * What one scrape by GitLab's reader costs, which has no state: each of its scrapes is cold. Undefined where it is
 * not installed.
 *
 * @param shards - For each writer, its series: `{ family, sample, labels, value }`.
 */
export function scrapeGitLab(shards, rounds) {
  const dir = mkdtempSync(join(tmpdir(), 'promshard-bench-gitlab-'));
  try {
    for (const [writer, series] of shards.entries())
      writeFileSync(join(dir, `counter_${1000 + writer}-0.db`), encode(series));
    const run = spawnSync(RUBY, ['-e', PROGRAM, dir, String(rounds)], {
      encoding: 'utf8',
      env: { ...process.env, prometheus_multiproc_dir: dir },
    });
    if (run.status !== 0) return undefined;
    const [wall, cpu, peak, lines] = run.stdout.trim().split(' ').map(Number);
    return { wall, cpu, peak, lines };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Its layout: no timestamps, and label names and values in two arrays (`lib/prometheus/client/mmaped_dict.rb`). */
function encode(series) {
  const entries = series.map(({ family, sample, labels, value }) => {
    const key = Buffer.from(
      JSON.stringify([family, sample, Object.keys(labels), Object.values(labels)]),
      'utf8',
    );
    const padding = 8 - ((4 + key.length) % 8);
    const entry = Buffer.alloc(4 + key.length + padding + 8, ' ');
    entry.writeInt32LE(key.length, 0);
    key.copy(entry, 4);
    entry.writeDoubleLE(value, entry.length - 8);
    return entry;
  });
  const bytes = Buffer.concat([Buffer.alloc(8), ...entries]);
  bytes.writeInt32LE(bytes.length, 0);
  return bytes;
}
