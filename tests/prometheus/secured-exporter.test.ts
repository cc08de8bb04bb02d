import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { encodeShard } from '@promshard/shard-format';
import { expect, test, vi } from 'vitest';

import { makeAuthority } from '../support/certificates.js';
import { startExporterProcess } from '../support/exporter-process.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { hasTool } from '../support/tools.js';
import { startPrometheusWith } from './prometheus-server.js';

/** bcrypt of `scraper-password`, at the cost that htpasswd's documents name. */
const HASH = '$2b$10$eaUPSuPh/oSIVpUz.ICKI.ScCPnb1K4imeyIHxwwEo54zFamzcwPW';

test.skipIf(!hasTool('prometheus') || !hasTool('openssl'))(
  'Prometheus scrapes over TLS with a password and with a client certificate, and not without (skipped where Prometheus or openssl is not installed)',
  async () => {
    const root = temporaryDirectory();
    const dir = join(root, 'shards');
    mkdirSync(dir);
    const key = { family: 'jobs', sample: 'jobs_total', labels: {}, help: 'Jobs.' };
    writeFileSync(join(dir, 'counter_1.db'), encodeShard([{ key, value: 42 }]));
    const authority = makeAuthority(root, 'authority');
    const stranger = makeAuthority(root, 'stranger');
    authority.issue('server', ['IP:127.0.0.1']);
    const client = authority.issue('client', ['DNS:prometheus.example.com']);
    const impostor = stranger.issue('impostor', ['DNS:prometheus.example.com']);

    const server = 'tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n';
    writeFileSync(join(root, 'password.yml'), `${server}basic_auth_users:\n  prometheus: ${HASH}\n`);
    writeFileSync(
      join(root, 'certificate.yml'),
      `${server}  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: authority.crt\n  client_allowed_sans: [prometheus.example.com]\n`,
    );
    const options = (name: string): readonly string[] => ['--web.config.file', join(root, name)];
    const byPassword = await startExporterProcess(dir, [], options('password.yml'));
    const byCertificate = await startExporterProcess(dir, [], options('certificate.yml'));

    const job = (name: string, url: string, more: readonly string[]): string =>
      [
        `  - job_name: ${name}`,
        `    static_configs: [{ targets: ['${new URL(url).host}'] }]`,
        ...more.map((line) => `    ${line}`),
        '',
      ].join('\n');
    const tls = (files = ''): string => `tls_config: { ca_file: '${authority.certFile}'${files} }`;
    const files = (issued: typeof client): string =>
      `, cert_file: '${issued.certFile}', key_file: '${issued.keyFile}'`;
    const https = 'scheme: https';
    const login = (user: string, password: string): string =>
      `basic_auth: { username: '${user}', password: '${password}' }`;
    const prometheus = await startPrometheusWith(
      [
        'global: { scrape_interval: 1s }\nscrape_configs:\n',
        job('password', byPassword.url, [https, tls(), login('prometheus', 'scraper-password')]),
        job('wrong-password', byPassword.url, [https, tls(), login('prometheus', 'wrong')]),
        job('unknown-user', byPassword.url, [https, tls(), login('stranger', 'scraper-password')]),
        job('no-password', byPassword.url, [https, tls()]),
        job('no-tls', byPassword.url, [login('prometheus', 'scraper-password')]),
        job('unknown-server', byPassword.url, [https, login('prometheus', 'scraper-password')]),
        job('certificate', byCertificate.url, [https, tls(files(client))]),
        job('no-certificate', byCertificate.url, [https, tls()]),
        job('wrong-certificate', byCertificate.url, [https, tls(files(impostor))]),
      ].join(''),
    );

    const jobsOf = async (name: string): Promise<unknown> =>
      prometheus.queryNumber(`jobs_total{job="${name}"}`);
    const upOf = async (name: string): Promise<unknown> => prometheus.queryNumber(`up{job="${name}"}`);
    for (const name of ['password', 'certificate']) {
      await vi.waitUntil(async () => (await jobsOf(name)) === 42, { timeout: 60_000, interval: 200 });
      expect(await upOf(name)).toBe(1);
    }
    const refused = ['wrong-password', 'unknown-user', 'no-password', 'no-tls', 'unknown-server'];
    for (const name of [...refused, 'no-certificate', 'wrong-certificate']) {
      await vi.waitUntil(async () => (await upOf(name)) === 0, { timeout: 60_000, interval: 200 });
      expect(await jobsOf(name)).toBeUndefined();
    }
    expect(await upOf('password')).toBe(1);
    for (const exporter of [byPassword, byCertificate]) expect(await exporter.stop()).toBe(0);
  },
  180_000,
);
