/** A message of Celery, as kombu writes it into Redis lists and SQL tables. */
export interface CeleryMessage {
  readonly id: string | undefined;
  readonly task: string | undefined;
  readonly payload: unknown;
  /**
   * The message as one of another queue. Celery sends retries, and kombu what a stopped worker gives back, to where the
   * message says that it came from: left as it is, a replayed message would find its way back to the dead letters.
   */
  sentTo(queue: string): string;
}

interface Envelope {
  readonly body?: unknown;
  readonly headers?: null | { readonly id?: unknown; readonly task?: unknown };
  readonly properties?: null | {
    readonly body_encoding?: unknown;
    readonly delivery_info?: { readonly exchange?: unknown; readonly routing_key?: unknown };
  };
}

/** Reads a message; `undefined` for what is none of Celery's. */
export function parseCeleryMessage(text: string): CeleryMessage | undefined {
  let envelope: Envelope | null;
  try {
    envelope = JSON.parse(text) as Envelope | null;
  } catch {
    return undefined;
  }
  if (typeof envelope?.properties !== 'object' || envelope.properties === null) return undefined;
  const { headers, properties } = envelope;
  return {
    id: typeof headers?.id === 'string' ? headers.id : undefined,
    task: typeof headers?.task === 'string' ? headers.task : undefined,
    payload: bodyOf(envelope),
    sentTo: (queue) =>
      JSON.stringify({
        ...envelope,
        // The nameless exchange takes the routing key for the queue's name.
        properties: {
          ...properties,
          delivery_info: { ...properties.delivery_info, exchange: '', routing_key: queue },
        },
      }),
  };
}

function bodyOf({ body, properties }: Envelope): unknown {
  if (typeof body !== 'string' || properties?.body_encoding !== 'base64') return body;
  const text = Buffer.from(body, 'base64').toString();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
