// Reads vitest's JSON report and fails, by name, on every test that did not run.
//
//   node .ci/assert-nothing-skipped.mjs <report.json>
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const tests = report.testResults.flatMap((file) => file.assertionResults);
const idle = tests.filter(({ status }) => status !== 'passed' && status !== 'failed');

for (const { fullName, status } of idle) console.error(`did not run (${status}): ${fullName}`);
if (tests.length === 0) console.error('no test ran');
console.log(`${tests.length} tests in ${report.testResults.length} files, ${idle.length} did not run`);
process.exitCode = idle.length === 0 && tests.length > 0 ? 0 : 1;
