import { expect, test } from 'vitest';

import { configFileSchema } from './json-schema.js';
import { KNOWN_KEYS } from './known-settings.js';

test('schema.json is the schema of the settings', async () => {
  const text = JSON.stringify(configFileSchema(), undefined, 2);
  // As the formatter writes short lists.
  const formatted = text.replaceAll(
    /\[\s+([^[\]]+?)\s+\]/g,
    (_all, items: string) => `[${items.replaceAll(/\s+/g, ' ')}]`,
  );
  await expect(`${formatted}\n`).toMatchFileSnapshot('../schema.json');
});

test('the schema knows the keys that the file may have, and no other', () => {
  expect(configFileSchema()).toMatchObject({ additionalProperties: false });
  expect(Object.keys((configFileSchema() as { properties: object }).properties)).toEqual([
    '$schema',
    ...KNOWN_KEYS,
  ]);
});
