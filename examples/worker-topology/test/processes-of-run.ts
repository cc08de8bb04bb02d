import { readdir, readFile } from 'node:fs/promises';

/** The processes whose environment holds this text, such as a directory that no other run has. Linux only. */
export async function processesOfRun(text: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      // A process may be gone by now; one that has ended and was not yet waited for has no environment.
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      return environment.includes(text) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}
