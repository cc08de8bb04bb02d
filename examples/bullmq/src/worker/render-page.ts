import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { type PageData, TEMPLATE_NAME } from '../topology.js';

/** Stands for the work: long enough that a kill finds jobs in hand. */
const WORK_MS = 20;

/** Renders a page and says how long it is. A template that is missing fails the attempt. */
export async function renderPage(templates: string, { template }: PageData): Promise<{ length: number }> {
  if (!new RegExp(TEMPLATE_NAME).test(template)) throw new TypeError('The job names no template.');
  const text = await readFile(path.join(templates, `${template}.html`), 'utf8');
  await sleep(WORK_MS);
  return { length: text.replaceAll('{{date}}', new Date().toISOString()).length };
}
