import type { SecureContextOptions, TlsOptions } from 'node:tls';

import { TLS13_SUITES } from './tls-names.js';
import type { TlsSettings } from './web-config.js';

/** What the files hold that `tls_server_config` names. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
  readonly clientCa: string | undefined;
}

/** Options of a TLS server. */
export type SecureOptions = SecureContextOptions &
  Pick<TlsOptions, 'requestCert' | 'rejectUnauthorized' | 'ALPNProtocols' | 'handshakeTimeout'>;

/** A client that has not ended its handshake by then never will. */
const HANDSHAKE_MS = 10_000;

/** Translates settings into those of `node:tls`. */
export function secureOptions(settings: TlsSettings, files: TlsFiles): SecureOptions {
  const { cipherSuites, curves, clientAuth } = settings;
  return {
    cert: files.certificate,
    key: files.key,
    ...(files.clientCa === undefined ? {} : { ca: files.clientCa }),
    minVersion: settings.minVersion,
    maxVersion: settings.maxVersion,
    // Without its suites TLS 1.3 would be off.
    ...(cipherSuites.length === 0 ? {} : { ciphers: [...TLS13_SUITES, ...cipherSuites].join(':') }),
    ...(curves.length === 0 ? {} : { ecdhCurve: curves.join(':') }),
    honorCipherOrder: settings.preferServerCipherSuites,
    requestCert: clientAuth !== 'NoClientCert',
    // The other types are judged after the handshake.
    rejectUnauthorized: clientAuth === 'RequireAndVerifyClientCert',
    // HTTP/2 is not offered.
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: HANDSHAKE_MS,
  };
}
