import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';

import type { Answer } from './answer.js';

/** What is decided on a request before anybody looks at what it asks for. */
export type Admission =
  | {
      readonly kind: 'admitted';
      /** Headers that every answer carries. */
      readonly headers: OutgoingHttpHeaders;
    }
  | { readonly kind: 'refused'; readonly headers: OutgoingHttpHeaders; readonly answer: Answer };

/** Decides who is let in. */
export interface Gate {
  /** Resolves to the decision; never rejects. */
  admit(request: IncomingMessage): Promise<Admission> | Admission;
}

const ADMITTED: Admission = { kind: 'admitted', headers: {} };

/** Lets everybody in: without a web configuration whoever reaches the socket may scrape. */
export const openGate: Gate = { admit: () => ADMITTED };
