import { embedded, type Family, growFamily } from './family.js';
import type { Random } from './random.js';
import { capital, ordinary, word } from './words.js';

const HEX = '0123456789abcdef';
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BASE64URL = `${BASE62}-_`;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

function jwt(random: Random): string {
  const head = Buffer.from(`{"alg":"HS256","kid":"${random.text(4, HEX)}"}`).toString('base64url');
  const body = Buffer.from(`{"sub":"${random.digits(10)}"}`).toString('base64url');
  return `${head}.${body}.${random.text(43, BASE64URL)}`;
}

/** Tokens in the forms of well-known services, made at random. They stand nowhere in the repository. */
function token(random: Random): string {
  return random.pick([
    () => jwt(random),
    () => `ghp_${random.text(36, BASE62)}`,
    () => `gho_${random.text(36, BASE62)}`,
    () => `github_pat_${random.text(22, BASE62)}_${random.text(59, BASE62)}`,
    () => `glpat-${random.text(20, BASE64URL)}`,
    () => `sk_live_${random.text(24, BASE62)}`,
    () => `rk_test_${random.text(24, BASE62)}`,
    () => `sk-${random.text(48, BASE62)}`,
    () => `xoxb-${random.digits(12)}-${random.text(24, BASE62)}`,
    () => `AKIA${random.text(16, BASE32)}`,
    () => `AIza${random.text(35, BASE64URL)}`,
    () => `npm_${random.text(36, BASE62)}`,
    () => `hf_${random.text(34, BASE62.slice(10))}`,
    () => `SG.${random.text(22, BASE64URL)}.${random.text(43, BASE64URL)}`,
    () => `Bearer ${random.text(32, BASE64URL)}`,
    () => `postgres://app:${random.text(12, BASE62)}@db.example.com/app`,
    () => `dop_v1_${random.text(64, HEX)}`,
  ])();
}

export const tokens: Family = growFamily({
  reason: 'token',
  seed: 14,
  written: {
    positives: `
      redis://:hunter2@cache.example.com:6379
      https://jane:hunter2@example.com/
      -----BEGIN RSA PRIVATE KEY-----
      Authorization: Basic amFuZTpodW50ZXIyMTIzNA==
    `,
    hardNegatives: `
      eyJ
      eyJhbGciOi
      bearer
      Bearer token
      basic auth
      sk-learn
      sk_live
      ghp_
      https://example.com:8080/@scope
      AKIA
      npm_install
      hf_transfer
      SG.example
      xoxo-hugs
      sk-SK
      risk-assessment-of-new-orders
      disk-usage
      task-scheduler-of-the-night
      glpat
      ghost_writer
      key-rotation
      postgres://db.example.com/app
      basic-authentication-required
      -----BEGIN CERTIFICATE-----
      pk_test
      http://example.com:80
    `,
  },
  makePositive: (random) => embedded(random, token(random)),
  makeHardNegative: (random) =>
    random.pick([
      () => `sk-${word(random)}-${word(random)}`,
      () => `ghp-${word(random)}`,
      () => `npm_${word(random)}_${word(random)}`,
      () => `Bearer ${word(random)}`,
      () => `https://${word(random)}.example.com:${1000 + random.below(9000)}/${word(random)}`,
      () => `AKIA-${word(random)}`,
      () => `${word(random)}.${word(random)}.${word(random)}`,
      () => `eyJ${word(random)}`,
      () => `disk-${word(random)}-${word(random)}-${word(random)}`,
      () => `task-${word(random)}${capital(word(random))}${random.below(99)}`,
      () => `basic ${word(random)} ${word(random)}`,
      () => ordinary(random),
    ])(),
});

function camel(random: Random, count: number): string {
  return Array.from({ length: count }, () => capital(word(random))).join('');
}

export const highEntropy: Family = growFamily({
  reason: 'high-entropy',
  seed: 15,
  written: {
    positives: `
      da39a3ee5e6b4b0d3255bfef95601890afd80709
      e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
      d41d8cd98f00b204e9800998ecf8427e
      00f067aa0ba902b7
      47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
      V1StGXR8_Z5jdHi6B-myT9kQ2
      build-0a1b2c3d4e5f60718293
    `,
    hardNegatives: `
      a1b2c3d
      0a1b2c3d4e5f
      deadbeefcafe
      process-payment-for-new-order
      processPaymentForNewOrder
      S3ObjectCreatedEventV2Handler
      com.example.billing.InvoiceServiceImpl
      ECDHE-RSA-AES256-GCM-SHA384
      TLS_AES_128_GCM_SHA256
      TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
      x86_64-unknown-linux-gnu
      utf8mb4_0900_ai_ci
      m5d.24xlarge
      application/vnd.oasis.opendocument.text
      api-7d9f8b6c5d-x2x7k
      arm64-v8a
      internationalization
      donaudampfschifffahrtsgesellschaft
      kansaneläkelaitos
      AbstractSingletonProxyFactoryBean
      /api/v1/namespaces/{namespace}/pods/{name}
      1080p60-h264-aac-stereo
      RS256
      ERR_HTTP2_INVALID_PSEUDOHEADER
      BZh91AY
      UnrecoverableKeyException
      XMLHttpRequestEventTarget
      HTTP2SessionWindowUpdate
      IPv6AddressFamilyResolver
      OAuth2AuthorizationCodeGrant
      kubernetes.io/ingress-nginx
      us-gov-west-1
      aaaaaaaaaaaaaaaaaaaaaaaa
      0000000000000000
      ----------------
      WGS84UTMZone32N
      ISO8859_15_FDIS
      K8sHorizontalPodAutoscalerV2Beta2
      EC2InstanceStateChangeNotification
      CVE-2024-12345
      sha256-rsa4096-pkcs1v15
      LLVMInitializeX86TargetInfo
      pbkdf2Sha512Iterations210000
      mistral-7b-instruct-v0.2-q4_k_m
      Win32_OperatingSystem
      gpt-4o-mini-2024-07-18
      zstd22-level19-window27
    `,
  },
  makePositive: (random) =>
    embedded(
      random,
      random.pick([
        () => random.text(16, HEX),
        () => random.text(32, HEX).toUpperCase(),
        () => random.text(40, HEX),
        () => random.text(64, HEX),
        () => random.text(22, BASE62),
        () => random.text(27, BASE62),
        () => random.text(32, BASE62),
        () => random.text(22, BASE58),
        () => random.text(44, BASE58),
        () => random.text(32, BASE64URL),
        () => random.text(43, BASE64URL),
        () => `${random.text(43, `${BASE62}+/`)}=`,
        () => random.text(32, BASE32),
        () => random.text(25, '0123456789abcdefghijklmnopqrstuvwxyz'),
      ])(),
    ),
  makeHardNegative: (random) =>
    random.pick([
      () => camel(random, 3 + random.below(4)),
      () => `${word(random)}V${random.below(9)}${camel(random, 3)}`,
      () => Array.from({ length: 4 }, () => word(random)).join(''),
      () => Array.from({ length: 5 }, () => word(random).toUpperCase()).join('_'),
      () => `${word(random)}${random.digits(2)}${word(random)}${random.digits(2)}${word(random)}`,
      () => random.text(7 + random.below(6), HEX),
      () =>
        `${word(random)}-${random.text(10, '23456789bcdfghjklmnpqrstvwxz')}-${random.text(5, '23456789bcdfghjklmnpqrstvwxz')}`,
      () => `com.example.${word(random)}.${camel(random, 3)}$${camel(random, 1)}`,
      () => `${word(random)}_${random.digits(4)}_${word(random)}_${random.digits(2)}`,
      () => `/${word(random)}/:${word(random)}Id/${word(random)}/:${word(random)}Id`,
      () => ordinary(random),
    ])(),
});
