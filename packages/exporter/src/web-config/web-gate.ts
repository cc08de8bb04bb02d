import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';

import { plainAnswer } from '../answer.js';
import type { Admission, Gate } from '../gate.js';
import type { BasicAuth } from './basic-auth.js';
import { parseCredentials } from './credentials.js';
import type { RateLimiter } from './rate-limiter.js';
import type { WebConfig } from './web-config.js';
import type { WebConfigFile } from './web-config-file.js';

/** What a gate decides by. */
export interface WebGateOptions {
  readonly file: WebConfigFile;
  readonly auth: BasicAuth;
  readonly limiter: RateLimiter;
  /** Whether the server speaks TLS, which it cannot change while it runs. */
  readonly isTls: boolean;
  /** Told whether the file can be used, at each request. */
  readonly onFile: (state: { readonly problem: string | undefined }) => void;
}

const CHALLENGE = { 'www-authenticate': 'Basic realm="promshard-exporter", charset="UTF-8"' };

/**
 * Makes the gate of a web configuration, which is looked at anew for each request, in the toolkit's order: the limit,
 * the headers, the user. A file that has become wrong lets nobody in: who it would have let in is not known.
 */
export function createWebGate({ file, auth, limiter, isTls, onFile }: WebGateOptions): Gate {
  function read(): WebConfig | undefined {
    const parsed = file.config();
    if (parsed.kind === 'invalid') {
      onFile({
        problem: parsed.problems.map(({ key, complaint }) => `${key} ${complaint}`.trim()).join('; '),
      });
      return undefined;
    }
    if ((parsed.config.tls !== undefined) !== isTls) {
      onFile({ problem: `tls_server_config was ${isTls ? 'removed' : 'added'}, which takes a restart` });
      return undefined;
    }
    onFile({ problem: undefined });
    return parsed.config;
  }

  async function authenticate(
    header: string | undefined,
    users: ReadonlyMap<string, string>,
    headers: OutgoingHttpHeaders,
  ): Promise<Admission> {
    const credentials = parseCredentials(header);
    const verdict = credentials === undefined ? 'unknown' : await auth.check(credentials, users);
    switch (verdict) {
      case 'known':
        return { kind: 'admitted', headers };
      case 'unknown':
        return { kind: 'refused', headers, answer: plainAnswer(401, 'unauthorized', CHALLENGE) };
      case 'busy':
        return { kind: 'refused', headers, answer: plainAnswer(503, 'too many logins in flight') };
    }
  }

  return {
    admit(request: IncomingMessage) {
      const config = read();
      if (config === undefined) {
        return { kind: 'refused', headers: {}, answer: plainAnswer(500, 'web configuration invalid') };
      }
      if (!limiter.allows(config.rateLimit)) {
        return { kind: 'refused', headers: {}, answer: plainAnswer(429, 'too many requests') };
      }
      const { headers, users } = config;
      if (users.size === 0) return { kind: 'admitted', headers };
      return authenticate(request.headers.authorization, users, headers);
    },
  };
}
