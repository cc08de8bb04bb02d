import type { ClientAuthType } from './web-config.js';

/** What a handshake has shown of a client. */
export interface ShownCertificate {
  /** Whether the chain of its certificate ends at a client CA. */
  readonly isVerified: boolean;
  /** Node's text of its subject alternative names: `DNS:a.example.com, IP Address:192.0.2.1`. */
  readonly subjectAltName: string | undefined;
}

/**
 * Says whether a client may come in, as Go's `crypto/tls` and the toolkit decide.
 *
 * @param shown - undefined where the client has sent no certificate.
 */
export function isClientAllowed(
  clientAuth: ClientAuthType,
  allowedSans: readonly string[] | undefined,
  shown: ShownCertificate | undefined,
): boolean {
  if (!isCertificateAllowed(clientAuth, shown)) return false;
  if (allowedSans === undefined) return true;
  return alternativeNames(shown?.subjectAltName ?? '').some((name) => allowedSans.includes(name));
}

function isCertificateAllowed(clientAuth: ClientAuthType, shown: ShownCertificate | undefined): boolean {
  switch (clientAuth) {
    case 'NoClientCert':
    case 'RequestClientCert':
      return true;
    case 'RequireAnyClientCert':
      return shown !== undefined;
    case 'VerifyClientCertIfGiven':
      return shown === undefined || shown.isVerified;
    case 'RequireAndVerifyClientCert':
      return shown?.isVerified === true;
  }
}

/** What of Node's text counts: the kinds that the toolkit compares. */
const KINDS = new Set(['DNS', 'IP Address', 'email', 'URI']);

/**
 * The DNS names, addresses, e-mail addresses and URIs of a certificate. A name with a comma, quote or other unusual
 * character stands as a JSON string in Node's text (CVE-2021-44532), so that none can pose as two.
 */
export function alternativeNames(subjectAltName: string): readonly string[] {
  const names: string[] = [];
  const element = /(?:^|, )([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,"]*)(?=, |$)/gy;
  let end = 0;
  for (const match of subjectAltName.matchAll(element)) {
    const [all, kind = '', text = ''] = match;
    end = match.index + all.length;
    if (KINDS.has(kind)) names.push(text.startsWith('"') ? String(JSON.parse(text)) : text);
  }
  // What could not be read to its end is not trusted at all.
  return end === subjectAltName.length ? names : [];
}
