import type { Machine } from './machine.js';

/** Posts jobs to the API as its demo does, in rounds of twelve of which the last is hopeless; how many were taken. */
export function sendJobs(machine: Machine, count: number): number {
  const { stdout } = machine.run(process.execPath, ['--input-type=module', '--eval', SCRIPT, `${count}`]);
  return Number(stdout);
}

const SCRIPT = `
const round = ['hash-file', 'compress-file', 'hash-file', 'hash-flaky-file', 'hash-file', 'compress-file', 'hash-file',
  'hash-flaky-file', 'hash-file', 'compress-file', 'hash-file', undefined];
let taken = 0;
for (let index = 0; index < Number(process.argv[1]); index += 1) {
  const task = round[index % round.length];
  const body = JSON.stringify({ task: task ?? 'hash-file', path: task ? 'package.json' : 'missing.json' });
  const headers = { 'content-type': 'application/json' };
  const { status } = await fetch('http://127.0.0.1:3000/jobs', { method: 'POST', headers, body });
  if (status === 202) taken += 1;
}
process.stdout.write(String(taken));
`;
