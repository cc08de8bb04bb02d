import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { toolPath } from './tools.js';

/** A certificate and its key, as files. */
export interface IssuedCertificate {
  readonly certFile: string;
  readonly keyFile: string;
}

/** A certificate authority of a test's own. */
export interface CertificateAuthority {
  readonly certFile: string;
  /** Issues a certificate; `names` are subject alternative names as OpenSSL has them: `DNS:a.example.com`. */
  issue(file: string, names: readonly string[]): IssuedCertificate;
}

/** Makes an authority whose files lie in `dir`, under names that begin with `name`. */
export function makeAuthority(dir: string, name: string): CertificateAuthority {
  const openssl = (...args: readonly string[]): void => {
    execFileSync(toolPath('openssl'), args, { stdio: ['ignore', 'ignore', 'pipe'] });
  };
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const authority = { certFile: join(dir, `${name}.crt`), keyFile: join(dir, `${name}.key`) };
  const subject = ['-subj', `/CN=${name}`];
  openssl(
    'req',
    '-x509',
    ...key,
    ...subject,
    '-days',
    '2',
    '-keyout',
    authority.keyFile,
    '-out',
    authority.certFile,
  );
  return {
    certFile: authority.certFile,
    issue(file, names) {
      const certFile = join(dir, `${file}.crt`);
      const keyFile = join(dir, `${file}.key`);
      const request = join(dir, `${file}.csr`);
      const extensions = join(dir, `${file}.ext`);
      writeFileSync(extensions, `subjectAltName=${names.join(',')}\n`);
      openssl('req', ...key, '-subj', `/CN=${file}`, '-keyout', keyFile, '-out', request);
      const signing = ['-CA', authority.certFile, '-CAkey', authority.keyFile, '-CAcreateserial'];
      openssl(
        'x509',
        '-req',
        '-days',
        '2',
        '-in',
        request,
        '-extfile',
        extensions,
        '-out',
        certFile,
        ...signing,
      );
      return { certFile, keyFile };
    },
  };
}
