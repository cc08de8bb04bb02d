import { expect, test } from 'vitest';

import { parseCommandLine } from './command-line.js';

test.each([
  [[], { kind: 'prune', dir: undefined, watch: false, dryRun: false, json: false }],
  [['--once', '--dir', '/d'], { kind: 'prune', dir: '/d', watch: false, dryRun: false, json: false }],
  [['--watch', '--json'], { kind: 'prune', dir: undefined, watch: true, dryRun: false, json: true }],
  [['--dry-run'], { kind: 'prune', dir: undefined, watch: false, dryRun: true, json: false }],
  [['reset', '--dir', '/d'], { kind: 'reset', dir: '/d', json: false }],
  [['--help'], { kind: 'help' }],
  [['--version'], { kind: 'version' }],
])('reads %j', (args, command) => {
  expect(parseCommandLine(args)).toEqual(command);
});

test.each([
  [['--wat']],
  [['directory']],
  [['reset', 'reset']],
  [['reset', '--watch']],
  [['--watch', '--once']],
  [['--watch', '--dry-run']],
  [['--dir']],
])('refuses %j', (args) => {
  expect(parseCommandLine(args)).toMatchObject({ kind: 'misuse' });
});
