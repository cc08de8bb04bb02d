/** A certificate or key: in the web configuration itself, or in a file of its own. */
export type PemSource =
  | { readonly kind: 'inline'; readonly pem: string }
  | { readonly kind: 'file'; readonly path: string };

/** What is asked of clients' certificates, by the names of Go's `tls.ClientAuthType`. */
export const CLIENT_AUTH_TYPES = [
  'NoClientCert',
  'RequestClientCert',
  'RequireAnyClientCert',
  'VerifyClientCertIfGiven',
  'RequireAndVerifyClientCert',
] as const;

export type ClientAuthType = (typeof CLIENT_AUTH_TYPES)[number];

/** `tls_server_config`, its names translated to OpenSSL's. */
export interface TlsSettings {
  readonly certificate: PemSource;
  readonly key: PemSource;
  readonly clientCa: PemSource | undefined;
  readonly clientAuth: ClientAuthType;
  /** Subject alternative names of which a client's certificate has to have one; any is fine where undefined. */
  readonly clientAllowedSans: readonly string[] | undefined;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
  readonly maxVersion: 'TLSv1.2' | 'TLSv1.3';
  /** OpenSSL's names of suites up to TLS 1.2; empty for its defaults. */
  readonly cipherSuites: readonly string[];
  readonly preferServerCipherSuites: boolean;
  /** OpenSSL's names; empty for its defaults. */
  readonly curves: readonly string[];
}

/** A token bucket: one request an interval, and so many at once. */
export interface RateLimit {
  readonly intervalMs: number;
  readonly burst: number;
}

/** What a web configuration file says, in the format of Prometheus's exporter-toolkit. */
export interface WebConfig {
  /** Undefined for plain HTTP. */
  readonly tls: TlsSettings | undefined;
  /** Headers of every answer, by name. */
  readonly headers: Readonly<Record<string, string>>;
  /** bcrypt hashes by user name; empty where anybody may come. */
  readonly users: ReadonlyMap<string, string>;
  readonly rateLimit: RateLimit | undefined;
}

/** One thing that is wrong with a web configuration. Holds no secret, and no value of a key that may be one. */
export interface WebConfigProblem {
  /** The key's path, `tls_server_config.min_version`; empty where it is the whole file. */
  readonly key: string;
  /** 1 for the first; undefined where the problem is not in the text. */
  readonly line: number | undefined;
  /** Follows the key: `names no TLS version`. */
  readonly complaint: string;
  /** What would have been accepted, as a noun phrase. */
  readonly expected: string;
  /** A line that would have been accepted. */
  readonly example: string;
  /** What was there, for display. */
  readonly received: string;
}
