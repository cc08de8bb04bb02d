import { ConfigError } from '@promshard/config';

/** The first descriptor that systemd passes (sd_listen_fds(3)). */
const FIRST_FD = 3;

/** No unit has so many; a larger number is a mistake. */
const MAX_FDS = 64;

/** Who may be named as the receiver of the descriptors. */
export interface ProcessIds {
  readonly pid: number;
  /** The parent's, where the parent is this program too and has passed on what it was given. */
  readonly launcherPid?: number;
}

/**
 * The descriptors that systemd has passed to this process, by `LISTEN_PID` and `LISTEN_FDS`.
 *
 * @throws ConfigError where there are none, since the exporter was told to expect them.
 */
export function systemdSockets(
  env: Readonly<Record<string, string | undefined>>,
  { pid, launcherPid }: ProcessIds,
): readonly number[] {
  const { LISTEN_PID: listenPid = '', LISTEN_FDS: listenFds = '' } = env;
  const isMeant =
    listenPid === String(pid) || (launcherPid !== undefined && listenPid === String(launcherPid));
  const count = /^[1-9]\d{0,3}$/.test(listenFds) ? Number(listenFds) : 0;
  if (isMeant && count > 0 && count <= MAX_FDS) {
    return Array.from({ length: count }, (_, index) => FIRST_FD + index);
  }
  const expected = `sockets from a systemd .socket unit: LISTEN_PID with this process's id and LISTEN_FDS from 1 to ${MAX_FDS}`;
  const example = 'systemctl start promshard-exporter.socket';
  const received = isMeant
    ? `LISTEN_FDS=${JSON.stringify(listenFds.slice(0, 20))}`
    : 'a LISTEN_PID of another process, or none';
  throw new ConfigError([
    {
      variable: 'PROMSHARD_SYSTEMD_SOCKET',
      expected,
      example,
      received,
      message: `PROMSHARD_SYSTEMD_SOCKET is true, but no socket was passed. Expected ${expected}, for example ${example}. Received ${received}.`,
    },
  ]);
}
