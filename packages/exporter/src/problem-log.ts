import type { SnapshotProblem } from '@promshard/aggregator';

const MAX_LINES_PER_SCRAPE = 20;

/**
 * Makes a function that tells of each problem when it first shows, and not again until it was gone: a bad file that
 * lies there for a week is one line, not one a scrape.
 *
 * @param log - Takes one line. File names come from a directory that others write to, so they are quoted as JSON.
 */
export function createProblemLog(
  log: (line: string) => void,
): (problems: readonly SnapshotProblem[]) => void {
  let known = new Set<string>();
  return (problems) => {
    const current = new Set<string>();
    let lines = 0;
    for (const problem of problems) {
      const key = `${problem.code}\0${problem.file}\0${problem.offset ?? ''}`;
      const isNew = !known.has(key) && !current.has(key);
      current.add(key);
      if (!isNew) continue;
      lines += 1;
      if (lines <= MAX_LINES_PER_SCRAPE) log(describe(problem));
    }
    if (lines > MAX_LINES_PER_SCRAPE)
      log(`… and ${lines - MAX_LINES_PER_SCRAPE} more problems in this scrape`);
    known = current;
  };
}

function describe({ code, file, offset, message }: SnapshotProblem): string {
  const where = offset === undefined ? '' : ` at byte ${offset}`;
  return `problem ${code} in ${JSON.stringify(file)}${where}: ${message}`;
}
