import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { toolPath } from '../support/tools.js';
import type { ComposeService } from './compose-file.js';
import type { Container } from './container.js';

/** What an image gives a container that its file does not say. */
export type Image = Pick<Container, 'command' | 'cwd' | 'uid' | 'gid' | 'mounts' | 'programs'> & {
  readonly env: Readonly<Record<string, string>>;
  /** Who owns a directory of the image: a new volume takes over the owner of what it is mounted on, and is root's elsewhere. */
  readonly owners: Readonly<Record<string, string>>;
};

const WORKSPACE = fileURLToPath(new URL('../..', import.meta.url));

/** Makes in a directory what the Dockerfile makes in `/app`, by the same command, from the workspace as it is built. */
export function deployExample(dir: string): void {
  const pnpm = ['-y', 'pnpm@12.21.0', '--filter', 'promshard-example-worker-topology'];
  execFileSync('npx', [...pnpm, 'deploy', '--prod', '--legacy', '--prefer-offline', dir], {
    cwd: WORKSPACE,
    stdio: 'ignore',
  });
  // Where the Dockerfile's compiler puts the addon, and a published package has it.
  const compiled = join(WORKSPACE, 'packages/native/build');
  const { stdout } = spawnSync(
    'find',
    [dir, '-path', '*/@promshard/native/package.json', '-not', '-type', 'l'],
    {
      encoding: 'utf8',
    },
  );
  const [manifest] = stdout.split('\n');
  if (manifest === undefined || manifest === '') throw new Error(`${dir} has no @promshard/native.`);
  if (existsSync(compiled)) cpSync(compiled, join(dirname(manifest), 'prebuilds'), { recursive: true });
}

/**
 * What stands in for an image: the example's own, from the directory that {@link deployExample} made; those of others, by the same
 * programs from elsewhere.
 */
export function imageOf(
  { image, build, command: given }: Pick<ComposeService, 'image' | 'build' | 'command'>,
  app: string,
): Image {
  const none = { cwd: '/', uid: 0, gid: 0, mounts: [], programs: {}, env: {}, owners: {} };
  const command = given ?? [];
  const dockerfile = build?.dockerfile_inline ?? '';
  const [repository] = (/^FROM (\S+)/m.exec(dockerfile)?.[1] ?? image).split(':');
  switch (repository) {
    case 'promshard-example':
      return {
        ...none,
        command,
        programs: { node: process.execPath },
        mounts: [{ source: app, target: '/app', readOnly: true }],
        cwd: '/app',
        env: { NODE_ENV: 'production' },
      };
    case 'postgres':
      return {
        ...none,
        command: ['sh', '-euc', START_POSTGRES],
        env: { PATH: postgresPath() },
        owners: { '/var/lib/postgresql/data': '999:999' },
      };
    case 'prom/prometheus':
      return {
        ...none,
        command: ['prometheus', ...command],
        programs: { prometheus: whereIs('prometheus') },
        uid: 65_534,
        gid: 65_534,
        cwd: '/prometheus',
        owners: { '/prometheus': '65534:65534' },
      };
    case 'victoriametrics/vmagent':
      return { ...none, command: ['vmagent', ...command], programs: { vmagent: whereIs('vmagent') } };
    case 'victoriametrics/victoria-metrics':
      return {
        ...none,
        command: ['victoria-metrics', ...command],
        programs: { 'victoria-metrics': whereIs('victoriaMetrics') },
        owners: Object.fromEntries(
          [...dockerfile.matchAll(/chown (\S+) (\S+)/g)].map(([, owner = '', path = '']) => [path, owner]),
        ),
      };
    default:
      throw new Error(`Nothing stands in for the image ${image}.`);
  }
}

/** What the image's own script does at its first start. */
const START_POSTGRES = `
data=/var/lib/postgresql/data
printf %s "$POSTGRES_PASSWORD" >/tmp/password
initdb --pgdata=$data --username="$POSTGRES_USER" --pwfile=/tmp/password --auth=scram-sha-256 --no-locale --encoding=UTF8 --no-sync >/dev/null
echo "CREATE DATABASE \\"$POSTGRES_DB\\"" | postgres --single -D $data postgres >/dev/null
exec postgres -D $data -c listen_addresses='*' -c fsync=off
`;

function postgresPath(): string {
  return `${dirname(whereIs('postgres'))}:/usr/bin:/bin`;
}

function whereIs(tool: 'postgres' | 'prometheus' | 'vmagent' | 'victoriaMetrics'): string {
  const path = spawnSync('which', [toolPath(tool)], { encoding: 'utf8' }).stdout.trim();
  return realpathSync(path);
}
