import path from 'node:path';

import { CIPHER_SUITES, CURVES, TLS13_SUITES, TLS_VERSIONS } from './tls-names.js';
import { CLIENT_AUTH_TYPES, type ClientAuthType, type PemSource, type TlsSettings } from './web-config.js';
import type { Fields } from './yaml-fields.js';

const CLIENT_AUTH: Readonly<Record<string, ClientAuthType>> = {
  ...Object.fromEntries(CLIENT_AUTH_TYPES.map((type) => [type, type])),
  // The toolkit's older name.
  RequireClientCert: 'RequireAnyClientCert',
};

const PEM = { expected: 'PEM text', example: 'cert_file: server.crt' } as const;

const VERSION = { expected: Object.keys(TLS_VERSIONS).join(' or '), example: 'min_version: TLS12' } as const;

const SUITES = {
  expected: `some of ${[...Object.keys(CIPHER_SUITES), ...TLS13_SUITES].join(', ')}`,
  example: 'cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]',
} as const;

const CURVE = {
  expected: `some of ${Object.keys(CURVES).join(', ')}`,
  example: 'curve_preferences: [X25519]',
} as const;

/**
 * Reads `tls_server_config`.
 *
 * @param isPresent - Whether the file has that key. The toolkit serves plain HTTP where the key has no certificate and no
 *   key under it but, say, a `min_version`: somebody who wrote that wanted TLS, so here it is a problem.
 * @returns undefined for plain HTTP, or where a problem was noted.
 */
export function parseTlsSettings(fields: Fields, isPresent: boolean, dir: string): TlsSettings | undefined {
  const certificate = pemSource(fields, 'cert', dir);
  const key = pemSource(fields, 'key', dir);
  const clientCa = pemSource(fields, 'client_ca', dir);
  const clientAuth = fields.choice('client_auth_type', CLIENT_AUTH, {
    expected: `one of ${CLIENT_AUTH_TYPES.join(', ')}`,
    example: 'client_auth_type: RequireAndVerifyClientCert',
  });
  const settings = {
    clientCa,
    clientAuth: clientAuth ?? 'NoClientCert',
    clientAllowedSans: fields.list('client_allowed_sans', {
      expected: 'a sequence of subject alternative names',
      example: 'client_allowed_sans: [prometheus.example.com]',
    }),
    minVersion: fields.choice('min_version', TLS_VERSIONS, VERSION) ?? 'TLSv1.2',
    maxVersion: fields.choice('max_version', TLS_VERSIONS, VERSION) ?? 'TLSv1.3',
    cipherSuites: translate(fields, 'cipher_suites', CIPHER_SUITES, SUITES),
    preferServerCipherSuites: fields.flag('prefer_server_cipher_suites') ?? true,
    curves: translate(fields, 'curve_preferences', CURVES, CURVE),
  } as const;
  fields.refuseOthers();
  if (!isPresent) return undefined;
  refuseContradictions(fields, settings);
  if (certificate === undefined) fields.fail('cert_file', 'is missing, and cert too', PEM, 'nothing');
  if (key === undefined) {
    fields.fail(
      'key_file',
      'is missing, and key too',
      { ...PEM, example: 'key_file: server.key' },
      'nothing',
    );
  }
  return certificate === undefined || key === undefined ? undefined : { certificate, key, ...settings };
}

function pemSource(fields: Fields, name: 'cert' | 'key' | 'client_ca', dir: string): PemSource | undefined {
  const pem = fields.text(name, PEM);
  const file = fields.text(`${name}_file`, PEM);
  if (pem !== undefined && file !== undefined) {
    fields.fail(name, `is given, and ${name}_file too`, { ...PEM, expected: 'one of the two' });
    return undefined;
  }
  if (file !== undefined) return { kind: 'file', path: path.resolve(dir, file) };
  return pem === undefined ? undefined : { kind: 'inline', pem };
}

function refuseContradictions(
  fields: Fields,
  {
    clientAuth,
    clientCa,
    clientAllowedSans,
    minVersion,
    maxVersion,
  }: Omit<TlsSettings, 'certificate' | 'key'>,
): void {
  const auth = {
    expected: 'RequireAndVerifyClientCert with client_ca_file',
    example: 'client_auth_type: RequireAndVerifyClientCert',
  };
  const verifies = clientAuth === 'RequireAndVerifyClientCert' || clientAuth === 'VerifyClientCertIfGiven';
  if (clientCa !== undefined && clientAuth === 'NoClientCert') {
    fields.fail(
      'client_auth_type',
      'asks for no certificate, but there is a client CA',
      auth,
      'NoClientCert',
    );
  }
  // Go would take the system's certificate authorities: anybody with a certificate for a web site could come.
  if (verifies && clientCa === undefined) {
    fields.fail('client_auth_type', 'verifies certificates, but there is no client CA', auth, clientAuth);
  }
  // Go would never look at the names.
  if (clientAllowedSans !== undefined && clientAuth === 'NoClientCert') {
    fields.fail('client_allowed_sans', 'needs certificates, but none are asked for', auth);
  }
  if (minVersion > maxVersion) {
    fields.fail('min_version', 'is above max_version', { ...VERSION, expected: 'no more than max_version' });
  }
}

function translate(
  fields: Fields,
  key: string,
  names: Readonly<Record<string, string>>,
  expectation: { readonly expected: string; readonly example: string },
): readonly string[] {
  const translated: string[] = [];
  for (const name of fields.list(key, expectation) ?? []) {
    const ours = Object.hasOwn(names, name) ? names[name] : undefined;
    if (ours !== undefined) translated.push(ours);
    // Those of TLS 1.3 are always on, in Go too.
    else if (!TLS13_SUITES.includes(name)) {
      fields.fail(key, 'has a name that is not known', expectation, JSON.stringify(name.slice(0, 60)));
    }
  }
  return translated;
}
