import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createSecureContext } from 'node:tls';

import { parseWebConfig, type ParsedWebConfig } from './parse-web-config.js';
import { type SecureOptions, secureOptions, type TlsFiles } from './secure-options.js';
import type { PemSource, TlsSettings, WebConfigProblem } from './web-config.js';

/** TLS as it is to be spoken now; the same object for as long as nothing has changed. */
export type CurrentTls =
  | { readonly kind: 'off' }
  | { readonly kind: 'on'; readonly settings: TlsSettings; readonly options: SecureOptions }
  | { readonly kind: 'invalid'; readonly problems: readonly WebConfigProblem[] };

/** A web configuration file that may change at any time. */
export interface WebConfigFile {
  readonly path: string;
  /** What the file says now. */
  config(): ParsedWebConfig;
  /** What the file and those that it names say of TLS now. */
  tls(): CurrentTls;
}

/** Neither a configuration nor a chain of certificates is that long. */
const MAX_BYTES = 1024 * 1024;

/**
 * Opens a web configuration. The file is read at each call, as the toolkit does, and parsed where its bytes are other than
 * before; certificates and keys likewise. Comparing bytes rather than times sees every change, also one within the
 * resolution of a file system's clock, and one through a symbolic link as Kubernetes makes them.
 *
 * @param read - Reads a whole file; tests give their own.
 */
export function openWebConfig(file: string, read: (path: string) => Buffer = readBounded): WebConfigFile {
  let lastBytes: Buffer | undefined;
  let lastConfig: ParsedWebConfig = unreadable(file, 'nothing');
  let lastPem: string | undefined;
  let lastTls: CurrentTls = { kind: 'off' };

  function config(): ParsedWebConfig {
    let bytes: Buffer;
    try {
      bytes = read(file);
    } catch (error) {
      lastBytes = undefined;
      return (lastConfig = unreadable(file, codeOf(error)));
    }
    if (lastBytes !== undefined && bytes.equals(lastBytes)) return lastConfig;
    lastBytes = bytes;
    return (lastConfig = parseWebConfig(bytes.toString('utf8'), path.dirname(file)));
  }

  function tls(): CurrentTls {
    const parsed = config();
    if (parsed.kind === 'invalid') return parsed;
    const settings = parsed.config.tls;
    if (settings === undefined) return { kind: 'off' };
    const files = readPem(settings, read);
    if ('problems' in files) return { kind: 'invalid', problems: files.problems };
    const pem = JSON.stringify([settings, files]);
    if (pem === lastPem) return lastTls;
    lastPem = pem;
    return (lastTls = build(settings, files));
  }

  return { path: file, config, tls };
}

function readPem(
  settings: TlsSettings,
  read: (path: string) => Buffer,
): TlsFiles | { readonly problems: readonly WebConfigProblem[] } {
  const problems: WebConfigProblem[] = [];
  function pemOf(source: PemSource, key: string): string {
    if (source.kind === 'inline') return source.pem;
    try {
      return read(source.path).toString('utf8');
    } catch (error) {
      const received = JSON.stringify(source.path);
      problems.push(problem(key, `names a file that cannot be read (${codeOf(error)})`, received));
      return '';
    }
  }
  const certificate = pemOf(settings.certificate, 'tls_server_config.cert_file');
  const key = pemOf(settings.key, 'tls_server_config.key_file');
  const clientCa =
    settings.clientCa === undefined
      ? undefined
      : pemOf(settings.clientCa, 'tls_server_config.client_ca_file');
  return problems.length > 0 ? { problems } : { certificate, key, clientCa };
}

/** Tries what OpenSSL makes of the files, so that a wrong pair is told at start and not by a client. */
function build(settings: TlsSettings, files: TlsFiles): CurrentTls {
  const options = secureOptions(settings, files);
  try {
    createSecureContext(options);
  } catch (error) {
    const complaint = `cannot be used with its key and the other settings (${codeOf(error)})`;
    return { kind: 'invalid', problems: [problem('tls_server_config.cert_file', complaint)] };
  }
  // OpenSSL passes over what is no certificate in silence.
  if (files.clientCa !== undefined && !isCertificate(files.clientCa)) {
    const complaint = 'holds no certificate';
    return { kind: 'invalid', problems: [problem('tls_server_config.client_ca_file', complaint)] };
  }
  return { kind: 'on', settings, options };
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).serialNumber !== '';
  } catch {
    return false;
  }
}

function unreadable(file: string, code: string): ParsedWebConfig {
  const received = JSON.stringify(file);
  return { kind: 'invalid', problems: [problem('', `the file cannot be read (${code})`, received)] };
}

function problem(key: string, complaint: string, received = 'a value that is not shown'): WebConfigProblem {
  return {
    key,
    line: undefined,
    complaint,
    expected:
      key === ''
        ? 'a file that this process can read'
        : 'PEM of a certificate, and of the key that goes with it',
    example: key === '' ? '/etc/promshard/web.yml' : 'cert_file: server.crt',
    received,
  };
}

function readBounded(file: string): Buffer {
  const bytes = readFileSync(file);
  if (bytes.length > MAX_BYTES) throw Object.assign(new Error('too long'), { code: 'EFBIG' });
  return bytes;
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | null)?.code ?? 'unknown reason';
}
