// Reads vitest's JSON report and fails, by name, on every test that did not run.
//
//   node .ci/assert-nothing-skipped.mjs <report.json>
import { readFileSync } from 'node:fs';

// What no tool that could be installed would make run, as the tests' names say.
const NOT_HERE = [
  // CI runs as root; ordinary users, too, run the tests.
  /\(skipped for root\b/,
  // The same run is repeated on newer versions.
  /\(skipped before Node\.js \d+\)/,
  // A case that the parameters of a test exclude.
  /\(skipped for 0:/,
];

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const tests = report.testResults.flatMap((file) => file.assertionResults);
const idle = tests.filter(({ status }) => status !== 'passed' && status !== 'failed');
const holes = idle.filter(({ fullName }) => !NOT_HERE.some((reason) => reason.test(fullName)));

for (const { fullName, status } of holes) console.error(`did not run (${status}): ${fullName}`);
if (tests.length === 0) console.error('no test ran');
console.log(
  `${tests.length} tests in ${report.testResults.length} files; ${holes.length} should have run and did not, ` +
    `${idle.length - holes.length} cannot run here`,
);
process.exitCode = holes.length === 0 && tests.length > 0 ? 0 : 1;
