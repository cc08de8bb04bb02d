/** Told at each use whether the web configuration can be used, and what is wrong where not. */
export type FileLog = (state: { readonly problem: string | undefined }) => void;

/** Makes one that logs each change of that state once, however many requests come meanwhile. */
export function createFileLog(log: (line: string) => void): FileLog {
  let last: string | undefined;
  return ({ problem }) => {
    if (problem === last) return;
    last = problem;
    log(
      problem === undefined
        ? 'the web configuration can be used again'
        : `the web configuration cannot be used, nobody is let in: ${problem}`,
    );
  };
}
