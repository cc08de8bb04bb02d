import type { PruneDirectory, RecordFile } from '../src/prune-directory.js';

/** What goes wrong at a step. */
export type Fault =
  /** The step fails, and the run goes on from there. */
  | 'refused'
  /** The step succeeds and reports a failure. */
  | 'done-but-failed'
  /** The run ends before the step: nothing after it happens. */
  | 'ended';

/** A directory whose `step`-th operation fails; `steps()` says how many there were. */
export function faultyDirectory(
  real: PruneDirectory,
  step: number,
  fault: Fault,
): { directory: PruneDirectory; steps: () => number } {
  let count = 0;
  const pass = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    count++;
    const isHit = fault === 'ended' ? count >= step : count === step;
    if (!isHit) return work();
    if (fault === 'done-but-failed') await work();
    throw Object.assign(new Error(`EIO: injected at step ${step}`), { code: 'EIO' });
  };
  const record = (file: RecordFile): RecordFile => ({
    text: file.text,
    tryLock: () => file.tryLock(),
    overwrite: (offset, text) => pass(() => file.overwrite(offset, text)),
    close: () => file.close(),
  });
  // The kernel closes what a process had open, however it ends.
  const opened = async <File extends RecordFile | undefined>(open: () => Promise<File>): Promise<File> => {
    let file: File | undefined;
    try {
      return await pass(async () => (file = await open()));
    } catch (error) {
      await file?.close();
      throw error;
    }
  };
  const directory: PruneDirectory = {
    path: real.path,
    list: () => pass(() => real.list()),
    stat: (name) => pass(() => real.stat(name)),
    read: (name) => pass(() => real.read(name)),
    openRecord: (name) =>
      opened(async () => {
        const file = await real.openRecord(name);
        return file && record(file);
      }),
    createRecord: (name, text) => opened(async () => record(await real.createRecord(name, text))),
    write: (name, bytes) => pass(() => real.write(name, bytes)),
    rename: (from, to) => pass(() => real.rename(from, to)),
    link: (existing, name) => pass(() => real.link(existing, name)),
    remove: (name) => pass(() => real.remove(name)),
    hasWriters: (name) => pass(() => real.hasWriters(name)),
    isLocal: () => real.isLocal(),
    sync: () => pass(() => real.sync()),
  };
  return { directory, steps: () => count };
}
