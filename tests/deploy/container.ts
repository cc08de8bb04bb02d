import { dirname } from 'node:path';

/** A process with what a container engine gives it. */
export interface Container {
  readonly name: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly uid: number;
  readonly gid: number;
  /** Further groups. */
  readonly groups: readonly number[];
  /** Whether the root file system can be changed. */
  readonly readOnly: boolean;
  readonly mounts: readonly Mount[];
  /** File systems in memory: where, and their options. */
  readonly tmpfs: readonly { readonly target: string; readonly options: string }[];
  /** Names of other containers, all of them on 127.0.0.1. */
  readonly hosts: readonly string[];
  /** Programs of this machine that the image would have, by the name under which they are found there. */
  readonly programs: Readonly<Record<string, string>>;
}

/** A file or directory of the machine that is seen at a place inside. */
export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

const PROGRAMS = '/programs';
const PATH = `${PROGRAMS}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;

/**
 * The script of a container's first process. It runs as root in namespaces of its own, lays out the root file system (this machine's
 * `/usr` stands in for that of the image), gives up everything that the container is not to have, and becomes its command.
 */
export function enterScript(container: Container, root: string): string {
  const { mounts, tmpfs, programs, hosts, readOnly, uid, gid } = container;
  const at = (path: string): string => quote(root + path);
  const bind = ({ source, target, readOnly: fixed }: Mount): string[] => [
    // A file is mounted on a file.
    `if [ -d ${quote(source)} ]; then mkdir -p ${at(target)}; else mkdir -p ${at(dirname(target))}; touch ${at(target)}; fi`,
    `mount --bind ${quote(source)} ${at(target)}`,
    ...(fixed ? [`mount -o remount,bind,ro ${at(target)}`] : []),
  ];
  const users = [`root:x:0:0::/:/bin/sh`, ...(uid === 0 ? [] : [`user:x:${uid}:${gid}::/:/bin/sh`])];
  return [
    `mount -t tmpfs -o mode=0755 tmpfs ${quote(root)}`,
    `mkdir -p ${['/etc', '/proc', '/dev/shm', '/tmp'].map(at).join(' ')}`,
    // Where /bin and its like are links into /usr, they are here, too.
    `for part in bin sbin lib lib32 lib64 libx32; do
       if [ -L /$part ]; then cp -P /$part ${at('/')}; elif [ -d /$part ]; then mkdir ${at('/')}$part; mount --bind -o ro /$part ${at('/')}$part; fi
     done`,
    ...bind({ source: '/usr', target: '/usr', readOnly: true }),
    ...['null', 'zero', 'full', 'random', 'urandom'].flatMap((name) =>
      bind({ source: `/dev/${name}`, target: `/dev/${name}`, readOnly: false }),
    ),
    `ln -s /proc/self/fd ${at('/dev/fd')}`,
    `mount -t tmpfs -o size=64m,mode=1777 tmpfs ${at('/dev/shm')}`,
    `printf '%s\\n' ${users.map(quote).join(' ')} > ${at('/etc/passwd')}`,
    `printf 'hosts: files\\n' > ${at('/etc/nsswitch.conf')}`,
    `printf '127.0.0.1 %s\\n' localhost ${hosts.map(quote).join(' ')} > ${at('/etc/hosts')}`,
    ...Object.entries(programs).flatMap(([name, source]) =>
      bind({ source, target: `${PROGRAMS}/${name}`, readOnly: true }),
    ),
    ...mounts.flatMap(bind),
    ...tmpfs.flatMap(({ target, options }) => [
      `mkdir -p ${at(target)}`,
      `mount -t tmpfs -o ${quote(options)} tmpfs ${at(target)}`,
    ]),
    `mount -t proc proc ${at('/proc')}`,
    ...(readOnly ? [`mount -o remount,ro ${quote(root)}`] : []),
    `exec chroot ${quote(root)} ${insideArgs(container, container.command).map(quote).join(' ')}`,
  ].join('\n');
}

/** A command as a process of the container runs it: its user, no capabilities, no way to new privileges, its environment. */
export function insideArgs(container: Container, command: readonly string[]): readonly string[] {
  const { uid, gid, groups, cwd, env } = container;
  const user = ['--reuid', `${uid}`, '--regid', `${gid}`];
  const all = groups.length > 0 ? ['--groups', groups.join(',')] : ['--clear-groups'];
  const nothingMore = ['--inh-caps=-all', '--bounding-set=-all', '--no-new-privs'];
  // A change of user would otherwise let it outlive who started it.
  const notAlone = ['--pdeathsig', 'KILL'];
  const variables = Object.entries({ PATH, HOME: '/', ...env }).map(([name, value]) => `${name}=${value}`);
  const surroundings = ['/usr/bin/env', '--ignore-environment', `--chdir=${cwd}`, ...variables];
  return [
    '/usr/bin/setpriv',
    ...user,
    ...all,
    ...nothingMore,
    ...notAlone,
    '--',
    ...surroundings,
    ...command,
  ];
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
