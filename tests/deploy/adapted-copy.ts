import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect } from 'vitest';

import { temporaryDirectory } from '../support/temporary-directory.js';
import { DEPLOY } from './deploy-files.js';

/**
 * A copy of `deploy/prometheus` for a test that has no time: everything is done every second, alarms wait for a second, and
 * what is late after minutes is late after seconds. Nothing else differs.
 *
 * @param targets - The files of `targets/` to be others, by name.
 */
export function adaptedCopy(
  targets: Readonly<Record<string, string>> = {},
  dir: string = temporaryDirectory(),
): string {
  cpSync(join(DEPLOY, 'prometheus'), dir, { recursive: true });
  adapt(join(dir, 'prometheus.yml'), /(_interval): 15s/g, '$1: 1s');
  adapt(join(dir, 'scrape.yml'), /(_interval): 15s/g, '$1: 1s');
  for (const name of readdirSync(join(dir, 'rules'))) {
    if (name !== 'alerts.yml') continue;
    adapt(join(dir, 'rules', name), /for: \d+[mh]/g, 'for: 1s');
    // A heart beats every five seconds.
    adapt(join(dir, 'rules', name), /(heartbeat:age_seconds) > 60$/gm, '$1 > 7');
    adapt(join(dir, 'rules', name), /(ready:age_seconds) > 300$/gm, '$1 > 2');
  }
  for (const [name, text] of Object.entries(targets)) writeFileSync(join(dir, 'targets', name), text);
  return dir;
}

function adapt(file: string, pattern: RegExp, replacement: string): void {
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(pattern);
  writeFileSync(file, text.replaceAll(pattern, replacement));
}
