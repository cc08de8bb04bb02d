import { expect, test } from 'vitest';

import { parseCeleryMessage } from './celery-message.js';

const MESSAGE = {
  body: Buffer.from('[[1], {}, {}]').toString('base64'),
  headers: { id: 'a1', task: 'mail.send', retries: 2 },
  properties: {
    body_encoding: 'base64',
    delivery_info: { exchange: 'dead', routing_key: 'mail.dead' },
    delivery_tag: 'b2',
  },
};

test('reads id, task and decoded body', () => {
  expect(parseCeleryMessage(JSON.stringify(MESSAGE))).toMatchObject({
    id: 'a1',
    task: 'mail.send',
    payload: [[1], {}, {}],
  });
});

test('sends a message to a queue by name, and changes nothing else', () => {
  const moved = parseCeleryMessage(JSON.stringify(MESSAGE))?.sentTo('mail') ?? '';
  expect(JSON.parse(moved)).toEqual({
    ...MESSAGE,
    properties: { ...MESSAGE.properties, delivery_info: { exchange: '', routing_key: 'mail' } },
  });
});

test.each(['', 'text', '1', 'null', '[]', '{}', '{"properties":null}'])('takes %j for no message', (text) => {
  expect(parseCeleryMessage(text)).toBeUndefined();
});

test.each([{ body: 1 }, { body: '…' }, { headers: null }, { headers: 'x' }])(
  'reads %j without failing',
  (part) => {
    expect(parseCeleryMessage(JSON.stringify({ ...MESSAGE, ...part }))).toBeDefined();
  },
);
