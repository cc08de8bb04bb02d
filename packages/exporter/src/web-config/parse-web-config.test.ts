import { describe, expect, test } from 'vitest';

import { parseWebConfig } from './parse-web-config.js';
import type { WebConfig, WebConfigProblem } from './web-config.js';

const HASH = '$2y$10$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zG';

function valid(text: string): WebConfig {
  const parsed = parseWebConfig(text, '/etc/promshard');
  if (parsed.kind === 'invalid') throw new Error(JSON.stringify(parsed.problems));
  return parsed.config;
}

function problems(text: string): readonly WebConfigProblem[] {
  const parsed = parseWebConfig(text, '/etc/promshard');
  return parsed.kind === 'invalid' ? parsed.problems : [];
}

describe('a web configuration', () => {
  test.each(['', '# nothing\n', '{}', 'tls_server_config:\nbasic_auth_users:\n', '---\n'])(
    'that says nothing (%j) is plain HTTP for everybody',
    (text) => {
      expect(valid(text)).toEqual({ tls: undefined, headers: {}, users: new Map(), rateLimit: undefined });
    },
  );

  test('as the toolkit documents it is understood', () => {
    const text = `
tls_server_config:
  cert_file: server.crt
  key_file: /keys/server.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.crt
  client_allowed_sans: [prometheus.example.com, 192.0.2.1]
  min_version: TLS12
  max_version: TLS13
  cipher_suites:
    - TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
    - TLS_AES_128_GCM_SHA256
  prefer_server_cipher_suites: no
  curve_preferences: [X25519, CurveP256]
http_server_config:
  http2: false
  headers:
    X-Frame-Options: deny
    X-XSS-Protection:
    Strict-Transport-Security: max-age=31536000
basic_auth_users:
  alice: ${HASH}
  007: "${HASH}"
rate_limit:
  interval: 1m30s
  burst: 20
`;
    expect(valid(text)).toEqual({
      tls: {
        certificate: { kind: 'file', path: '/etc/promshard/server.crt' },
        key: { kind: 'file', path: '/keys/server.key' },
        clientCa: { kind: 'file', path: '/etc/promshard/ca.crt' },
        clientAuth: 'RequireAndVerifyClientCert',
        clientAllowedSans: ['prometheus.example.com', '192.0.2.1'],
        minVersion: 'TLSv1.2',
        maxVersion: 'TLSv1.3',
        cipherSuites: ['ECDHE-RSA-AES128-GCM-SHA256'],
        preferServerCipherSuites: false,
        curves: ['X25519', 'P-256'],
      },
      headers: { 'X-Frame-Options': 'deny', 'Strict-Transport-Security': 'max-age=31536000' },
      users: new Map([
        ['alice', HASH],
        ['007', HASH],
      ]),
      rateLimit: { intervalMs: 90_000, burst: 20 },
    });
  });

  test('may hold its certificate itself', () => {
    const { tls } = valid(
      'tls_server_config:\n  cert: |\n    PEM\n  key: KEY\n  client_auth_type: RequireClientCert',
    );
    expect(tls).toMatchObject({
      certificate: { kind: 'inline', pem: 'PEM\n' },
      key: { kind: 'inline', pem: 'KEY' },
      clientAuth: 'RequireAnyClientCert',
    });
  });

  test('may turn its limit off', () => {
    expect(valid('rate_limit: { interval: 0, burst: 3 }').rateLimit).toBeUndefined();
  });
});

const TLS = 'cert_file: a, key_file: b';

describe('a problem', () => {
  test.each([
    ['tls_server_config: [', '', 1],
    ['a: 1\na: 2', '', 2],
    ['- 1', '', undefined],
    ['hunter2', '', undefined],
    ['\n\ntls_server_confg: {}', 'tls_server_confg', 3],
    ['tls_server_config: { min_version: TLS12 }', 'tls_server_config.cert_file', 1],
    ['tls_server_config: { cert_file: a }', 'tls_server_config.key_file', 1],
    ['tls_server_config: { key_file: a }', 'tls_server_config.cert_file', 1],
    [`tls_server_config: { ${TLS}, cert: c }`, 'tls_server_config.cert', 1],
    [`tls_server_config: { ${TLS}, min_version: TLS10 }`, 'tls_server_config.min_version', 1],
    [
      `tls_server_config: { ${TLS}, min_version: TLS13, max_version: TLS12 }`,
      'tls_server_config.min_version',
      1,
    ],
    [
      `tls_server_config: { ${TLS}, cipher_suites: [TLS_RSA_WITH_RC4_128_SHA] }`,
      'tls_server_config.cipher_suites',
      1,
    ],
    [`tls_server_config: { ${TLS}, cipher_suites: x }`, 'tls_server_config.cipher_suites', 1],
    [
      `tls_server_config: { ${TLS}, curve_preferences: [Curve25519] }`,
      'tls_server_config.curve_preferences',
      1,
    ],
    [`tls_server_config: { ${TLS}, client_auth_type: Sometimes }`, 'tls_server_config.client_auth_type', 1],
    [`tls_server_config: { ${TLS}, client_ca_file: c }`, 'tls_server_config.client_auth_type', 1],
    [
      `tls_server_config: { ${TLS}, client_auth_type: RequireAndVerifyClientCert }`,
      'tls_server_config.client_auth_type',
      1,
    ],
    [`tls_server_config: { ${TLS}, client_allowed_sans: [a] }`, 'tls_server_config.client_allowed_sans', 1],
    [
      `tls_server_config: { ${TLS}, prefer_server_cipher_suites: maybe }`,
      'tls_server_config.prefer_server_cipher_suites',
      1,
    ],
    [`tls_server_config: { ${TLS}, insecure: true }`, 'tls_server_config.insecure', 1],
    ['http_server_config: { http2: true }', 'http_server_config.http2', 1],
    ['http_server_config: { headers: { Server: x } }', 'http_server_config.headers', 1],
    ['http_server_config: { headers: { X-Frame-Options: allow } }', 'http_server_config.headers', 1],
    [
      'http_server_config: { headers: { Content-Security-Policy: "a\\nb" } }',
      'http_server_config.headers',
      1,
    ],
    ['basic_auth_users: { alice: hunter2 }', 'basic_auth_users', 1],
    ['basic_auth_users: { alice: }', 'basic_auth_users', 1],
    ['basic_auth_users: [alice]', 'basic_auth_users', 1],
    [`basic_auth_users: { alice: "${HASH.replace('$10$', '$17$')}" }`, 'basic_auth_users', 1],
    [`basic_auth_users: { "a:b": "${HASH}" }`, 'basic_auth_users', 1],
    ['rate_limit: { interval: 1 }', 'rate_limit.interval', 1],
    ['rate_limit: { interval: 1s }', 'rate_limit.burst', 1],
    ['rate_limit: { interval: 1s, burst: -1 }', 'rate_limit.burst', 1],
  ])('of %j is at %j', (text, key, line) => {
    const [first] = problems(text);
    expect([first?.key, first?.line]).toEqual([key, line]);
    expect(JSON.stringify(problems(text))).not.toContain('hunter2');
  });

  test('does not hide another', () => {
    const keys = problems('rate_limit: { x: 1 }\nbasic_auth_users: { a: b }\nother: 1').map(({ key }) => key);
    expect(keys.toSorted()).toEqual(['basic_auth_users', 'other', 'rate_limit.x']);
  });
});
