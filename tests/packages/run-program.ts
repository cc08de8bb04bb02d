import { execFile } from 'node:child_process';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; any exit code is an answer, only a program that does not start is an error. */
export function runProgram(
  file: string,
  args: readonly string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      file,
      [...args],
      // On Windows npm and npx are command files, which only a shell starts.
      { ...options, maxBuffer: 64 * 1024 * 1024, shell: process.platform === 'win32' },
      (error, stdout, stderr) => {
        if (error !== null && child.exitCode === null && child.signalCode === null) {
          reject(new Error(`${file} did not start`, { cause: error }));
        } else {
          resolve({ code: child.exitCode, stdout, stderr });
        }
      },
    );
    child.stdin?.end();
  });
}

/** Runs a program that has to end with exit code 0, and returns what it wrote to stdout. */
export async function runSuccessfully(
  file: string,
  args: readonly string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<string> {
  const { code, stdout, stderr } = await runProgram(file, args, options);
  if (code !== 0) {
    throw new Error(`${file} ${args.join(' ')} ended with exit code ${code}\n${stdout}\n${stderr}`);
  }
  return stdout;
}
