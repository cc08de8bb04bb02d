import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { hasTool, toolPath } from '../support/tools.js';
import { compose, type ComposeProject, readProject } from './compose-file.js';
import { readText } from './deploy-files.js';

const hasCompose = hasTool('compose');

describe.skipIf(!hasCompose)('the compose file (skipped where Docker Compose is not installed)', () => {
  const { services, volumes }: ComposeProject = hasCompose ? readProject() : { services: {}, volumes: {} };

  test('is one to Compose, which warns of nothing', () => {
    const { status, stderr } = compose(['config', '--quiet'], 'example');
    expect([status, stderr]).toEqual([0, '']);
  });

  test('has no password of its own, and does without none', () => {
    const { status, stderr } = compose(['config', '--quiet'], undefined);
    expect(status).not.toBe(0);
    expect(stderr).toContain(
      'required variable POSTGRES_PASSWORD is missing a value: a password for the broker',
    );
  });

  test.each(Object.entries(services))(
    '%s can change no file of its image and get no right that it lacks',
    (_, service) => {
      expect(service).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        init: true,
      });
    },
  );

  test.each(Object.entries(services))(
    '%s says as which user it runs, and that is not root',
    (_, { user }) => {
      expect(user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    },
  );

  test.each(Object.entries(services))('%s publishes its ports on loopback alone', (_, { ports = [] }) => {
    expect(ports.map(({ host_ip }) => host_ip)).toEqual(ports.map(() => '127.0.0.1'));
  });

  test('every service that stays has a healthcheck', () => {
    const without = Object.keys(services).filter((name) => services[name]?.healthcheck === undefined);
    expect(without).toEqual(['prepare-broker']);
  });

  test('the shards are one volume in memory, which its owner writes and its group reads', () => {
    const mounts = Object.entries(services).flatMap(([name, { volumes: mounted = [] }]) =>
      mounted
        .filter(({ source }) => source === 'shards')
        .map(({ target, read_only }) => ({ name, target, read_only })),
    );
    expect(mounts).toEqual([
      { name: 'exporter', target: '/run/promshard', read_only: true },
      { name: 'worker', target: '/run/promshard', read_only: undefined },
    ]);
    const { o = '', type } = volumes['shards']?.driver_opts ?? {};
    expect(type).toBe('tmpfs');
    const options = new Map(o.split(',').map((each) => each.split('=') as [string, string]));
    const [uid, gid] = (services['worker']?.user ?? '').split(':');
    expect([options.get('uid'), options.get('gid'), options.get('mode')]).toEqual([uid, gid, '2750']);
    const [reader, group] = (services['exporter']?.user ?? '').split(':');
    expect(group).toBe(gid);
    expect(reader).not.toBe(uid);
    // Before it is full, the pruner says so.
    expect(options.get('size')).toBe('64m');
    expect(Number(services['worker']?.environment?.['PROMSHARD_MAX_DIR_BYTES'])).toBe(48 * 2 ** 20);
  });

  test('writers, pruner and exporter name the directory alike, and the API does not name it', () => {
    const dirs = Object.entries(services).flatMap(([name, { environment }]) =>
      environment?.['PROMETHEUS_MULTIPROC_DIR'] === undefined
        ? []
        : [[name, environment['PROMETHEUS_MULTIPROC_DIR']]],
    );
    expect(dirs).toEqual([
      ['exporter', '/run/promshard'],
      ['worker', '/run/promshard'],
    ]);
  });

  test('the exporter reaches no broker, and the workers are reached by nobody', () => {
    expect(Object.keys(services['exporter']?.networks ?? {})).toEqual(['metrics']);
    expect(JSON.stringify(services['exporter']?.environment)).not.toContain('postgres');
    expect(Object.keys(services['worker']?.networks ?? {})).toEqual(['broker']);
    expect(services['worker']?.ports).toBeUndefined();
  });

  test('every target of the scrapes is a service that listens there', () => {
    const text = readText('prometheus/targets/workers.yml') + readText('prometheus/targets/api.yml');
    const targets = [...text.matchAll(/^ {4}- (\w+):(\d+)$/gm)].map(([, name, port]) => [name, port]);
    expect(targets).toEqual([
      ['exporter', services['exporter']?.environment?.['WORKER_METRICS_EXPORTER_PORT']],
      ['api', services['api']?.environment?.['API_PORT']],
    ]);
  });

  test('what is mounted from the repository is there', () => {
    const binds = Object.values(services).flatMap(({ volumes: mounted = [] }) =>
      mounted.filter(({ type }) => type === 'bind').map(({ source }) => source),
    );
    expect(binds.filter((path) => !existsSync(path))).toEqual([]);
    expect(binds).not.toEqual([]);
  });
});

describe.skipIf(!hasTool('hadolint'))(
  'the linter of Dockerfiles (skipped where hadolint is not installed)',
  () => {
    const inline = hasCompose
      ? Object.entries(readProject().services).flatMap(([name, { build }]) =>
          build?.dockerfile_inline === undefined ? [] : [[name, build.dockerfile_inline]],
        )
      : [];

    test.each([['the Dockerfile', readText('compose/Dockerfile')], ...inline])('passes %s', (_, text) => {
      const { status, stdout } = spawnSync(toolPath('hadolint'), ['-'], { input: text, encoding: 'utf8' });
      expect([status, stdout]).toEqual([0, '']);
    });
  },
);
