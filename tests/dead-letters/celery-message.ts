import { randomUUID } from 'node:crypto';

/** A task's message as Celery 5 writes it (protocol 2) for kombu's virtual transports. */
export function celeryMessage(task: string, number: number, queue: string): string {
  const id = randomUUID();
  const body = JSON.stringify([
    [number, 'alice@example.com'],
    {},
    { callbacks: null, errbacks: null, chain: null, chord: null },
  ]);
  return JSON.stringify({
    body: Buffer.from(body).toString('base64'),
    'content-encoding': 'utf-8',
    'content-type': 'application/json',
    headers: { lang: 'py', task, id, retries: 3, root_id: id, parent_id: null, argsrepr: '(…)' },
    properties: {
      correlation_id: id,
      reply_to: randomUUID(),
      delivery_mode: 2,
      delivery_info: { exchange: '', routing_key: queue },
      priority: 0,
      body_encoding: 'base64',
      delivery_tag: randomUUID(),
    },
  });
}

/** The number that a message was made with, and where it says that it came from. */
export function readCeleryMessage(text: string): { number: number; routingKey: string } {
  const { body, properties } = JSON.parse(text) as {
    body: string;
    properties: { delivery_info: { routing_key: string } };
  };
  const [[number]] = JSON.parse(Buffer.from(body, 'base64').toString()) as [[number]];
  return { number, routingKey: properties.delivery_info.routing_key };
}
