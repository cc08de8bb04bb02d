import { copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { join } from 'node:path';
import { type PeerCertificate, TLSSocket } from 'node:tls';

import { encodeShard } from '@promshard/shard-format';
import { describe, expect, test, vi } from 'vitest';

import { makeAuthority } from '../support/certificates.js';
import { type ExporterProcess, startExporterProcess } from '../support/exporter-process.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { hasTool } from '../support/tools.js';

/** bcrypt of `scraper-password`, at the lowest cost. */
const HASH = '$2b$04$p..dm/TQv5IabTXIPk1e9OIh3QXFbOJdcoLR942hHvIjx5JMXWL9y';
const BASIC = `Basic ${Buffer.from('prometheus:scraper-password').toString('base64')}`;

interface Client {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly authorization?: string;
  readonly path?: string;
}

interface Outcome {
  /** A status, or the code of the error that ended the connection. */
  readonly status: number | string;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly serial: string | undefined;
}

/** Asks once, on a connection of its own. */
async function ask(
  url: string,
  { ca, cert, key, authorization, path = '/metrics' }: Client = {},
): Promise<Outcome> {
  const request = url.startsWith('https:') ? requestHttps : requestHttp;
  const read = (file: string): Buffer => readFileSync(file);
  return new Promise((resolve) => {
    const sent = request(
      new URL(path, url),
      {
        agent: false,
        ...(ca === undefined ? {} : { ca: read(ca) }),
        ...(cert === undefined ? {} : { cert: read(cert) }),
        ...(key === undefined ? {} : { key: read(key) }),
        headers: authorization === undefined ? {} : { authorization },
      },
      (response) => {
        const { socket } = response;
        const peer: PeerCertificate | undefined =
          socket instanceof TLSSocket ? socket.getPeerCertificate() : undefined;
        let body = '';
        response.on('data', (chunk) => (body += String(chunk)));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body,
            headers: response.headers,
            serial: peer?.serialNumber,
          }),
        );
      },
    );
    sent.on('error', ({ code = 'unknown' }: NodeJS.ErrnoException) =>
      resolve({ status: code, body: '', headers: {}, serial: undefined }),
    );
    sent.end();
  });
}

interface Setup {
  readonly root: string;
  readonly dir: string;
  readonly file: string;
  start(config: string, options?: readonly string[]): Promise<ExporterProcess>;
}

function setUp(): Setup {
  const root = temporaryDirectory();
  const dir = join(root, 'shards');
  mkdirSync(dir);
  const key = { family: 'jobs', sample: 'jobs_total', labels: {}, help: 'Jobs.' };
  writeFileSync(join(dir, 'counter_1.db'), encodeShard([{ key, value: 1 }]));
  const file = join(root, 'web.yml');
  return {
    root,
    dir,
    file,
    async start(config, options = []) {
      writeFileSync(file, config);
      return startExporterProcess(dir, [], ['--web.config.file', file, ...options]);
    },
  };
}

describe('basic_auth_users', () => {
  test('lets in who knows a password, and nobody else', async () => {
    const { start } = setUp();
    const { url } = await start(`basic_auth_users: { prometheus: "${HASH}" }`);
    const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
    expect(await ask(url, { authorization: BASIC })).toMatchObject({
      status: 200,
      body: expect.stringContaining('jobs_total 1'),
    });
    for (const authorization of [
      undefined,
      '',
      'Basic',
      'Basic !!!',
      'Bearer x',
      basic('prometheus'),
      basic('prometheus:'),
      basic('prometheus:wrong'),
      basic('stranger:scraper-password'),
      basic('__proto__:x'),
      basic(':scraper-password'),
    ]) {
      const refused = await ask(url, authorization === undefined ? {} : { authorization });
      expect(refused).toMatchObject({ status: 401, body: 'unauthorized\n' });
      expect(refused.headers['www-authenticate']).toMatch(/^Basic realm=/);
    }
    // What is there and what is not is nobody's business either.
    expect(await ask(url, { path: '/nothing' })).toMatchObject({ status: 401 });
    expect(await ask(url, { path: '/nothing', authorization: BASIC })).toMatchObject({ status: 404 });
  });

  test('keep nobody waiting who is known already, while a password is compared', async () => {
    const { start } = setUp();
    const costly = HASH.replace('$04$', '$12$');
    const { url } = await start(`basic_auth_users: { prometheus: "${HASH}", costly: "${costly}" }`);
    expect((await ask(url, { authorization: BASIC })).status).toBe(200);
    let isCompared = false;
    const wrong = ask(url, { authorization: `Basic ${Buffer.from('costly:wrong').toString('base64')}` });
    void wrong.then(() => (isCompared = true));
    for (let scrape = 0; scrape < 3; scrape++) {
      expect((await ask(url, { authorization: BASIC })).status).toBe(200);
    }
    expect(isCompared).toBe(false);
    expect((await wrong).status).toBe(401);
  });

  test('are those of the file at the time of the request', async () => {
    const { start, file } = setUp();
    const exporter = await start(`basic_auth_users: { prometheus: "${HASH}" }`);
    const { url } = exporter;
    expect((await ask(url, { authorization: BASIC })).status).toBe(200);

    writeFileSync(file, `basic_auth_users: { other: "${HASH}" }`);
    expect((await ask(url, { authorization: BASIC })).status).toBe(401);

    writeFileSync(file, 'basic_auth_users: [');
    expect(await ask(url, { authorization: BASIC })).toMatchObject({
      status: 500,
      body: 'web configuration invalid\n',
    });
    expect((await ask(url)).status).toBe(500);

    const next = `${file}.next`;
    writeFileSync(next, `basic_auth_users: { prometheus: "${HASH}" }`);
    renameSync(next, file);
    expect((await ask(url, { authorization: BASIC })).status).toBe(200);
    const logged = exporter.errors().trim().split('\n');
    expect(logged).toHaveLength(2);
    expect(logged[0]).toContain('nobody is let in');
    expect(logged[1]).toContain('can be used again');
  });
});

test('headers and a rate limit are those of the file', async () => {
  const { start } = setUp();
  const { url } = await start(
    'http_server_config:\n  headers: { X-Frame-Options: deny, X-XSS-Protection: "" }\nrate_limit: { interval: 1h, burst: 2 }',
  );
  const { headers } = await ask(url);
  expect(headers['x-frame-options']).toBe('deny');
  expect(headers['x-xss-protection']).toBeUndefined();
  expect((await ask(url, { path: '/nothing' })).status).toBe(404);
  expect(await ask(url)).toMatchObject({ status: 429, body: 'too many requests\n' });
});

describe.skipIf(!hasTool('openssl'))('tls_server_config (skipped where openssl is not installed)', () => {
  test('speaks TLS alone, with the certificate that the file has at the time of the handshake', async () => {
    const { root, start } = setUp();
    const authority = makeAuthority(root, 'authority');
    authority.issue('server', ['IP:127.0.0.1']);
    const exporter = await start('tls_server_config: { cert_file: server.crt, key_file: server.key }');
    const { url } = exporter;
    expect(url).toMatch(/^https:/);
    expect(exporter.output()).toContain("read-only under Node's permission model");
    const first = await ask(url, { ca: authority.certFile });
    expect(first).toMatchObject({ status: 200, body: expect.stringContaining('jobs_total 1') });
    expect((await ask(url)).status).toMatch(/UNABLE_TO_VERIFY|UNABLE_TO_GET/);
    expect((await ask(url.replace('https:', 'http:'))).status).toBe('ECONNRESET');

    const renewed = authority.issue('renewed', ['IP:127.0.0.1']);
    copyFileSync(renewed.keyFile, join(root, 'server.key'));
    // A key without its certificate: nobody is served with the one that was taken back.
    expect((await ask(url, { ca: authority.certFile })).status).toBe('ECONNRESET');
    copyFileSync(renewed.certFile, join(root, 'server.crt'));
    const second = await ask(url, { ca: authority.certFile });
    expect(second.status).toBe(200);
    expect(second.serial).not.toBe(first.serial);
    expect(exporter.errors()).toContain('nobody is let in');
    expect(await exporter.stop()).toBe(0);
  });

  test('asks for certificates as it says, from the next connection on', async () => {
    const { root, file, start } = setUp();
    const authority = makeAuthority(root, 'authority');
    const stranger = makeAuthority(root, 'stranger');
    authority.issue('server', ['IP:127.0.0.1']);
    const known = authority.issue('known', ['DNS:prometheus.example.com']);
    const other = authority.issue('other', ['DNS:other.example.com']);
    const unknown = stranger.issue('unknown', ['DNS:prometheus.example.com']);
    const config = (type: string, more = ''): string =>
      `tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n  client_auth_type: ${type}\n  client_ca_file: authority.crt\n${more}`;
    const { url } = await start(config('RequireAndVerifyClientCert'));

    const statuses = async (): Promise<unknown> => {
      const outcomes: (number | string)[] = [];
      for (const client of [undefined, known, other, unknown]) {
        const files = client === undefined ? {} : { cert: client.certFile, key: client.keyFile };
        const { status } = await ask(url, { ca: authority.certFile, ...files });
        outcomes.push(status === 200 ? 200 : 'refused');
      }
      return outcomes;
    };
    const no = 'refused';
    expect(await statuses()).toEqual([no, 200, 200, no]);
    writeFileSync(
      file,
      config('RequireAndVerifyClientCert', '  client_allowed_sans: [prometheus.example.com]'),
    );
    expect(await statuses()).toEqual([no, 200, no, no]);
    writeFileSync(file, config('VerifyClientCertIfGiven'));
    expect(await statuses()).toEqual([200, 200, 200, no]);
    writeFileSync(file, config('RequireAnyClientCert'));
    expect(await statuses()).toEqual([no, 200, 200, 200]);
    writeFileSync(file, config('RequestClientCert'));
    expect(await statuses()).toEqual([200, 200, 200, 200]);
  });

  test('clients that begin a handshake and stop do not keep others out', async () => {
    const { root, start } = setUp();
    const authority = makeAuthority(root, 'authority');
    authority.issue('server', ['IP:127.0.0.1']);
    const { url } = await start('tls_server_config: { cert_file: server.crt, key_file: server.key }', [
      '--max-connections',
      '50',
    ]);
    const { startHostileClient } = await import('./start-hostile-client.js');
    expect(await startHostileClient('silent', url, 500)).toBe(500);
    await vi.waitUntil(async () => (await ask(url, { ca: authority.certFile })).status === 200, 10_000);
  });
});
