import type { DirectoryState, Permission } from './check-directory.js';
import { showValue } from './show-value.js';

type Fault = Exclude<DirectoryState, { kind: 'usable' }>;
type NotPermitted = Extract<Fault, { kind: 'not-permitted' }>;

const OWNER_BITS: Readonly<Record<Permission, number>> = { read: 0o400, write: 0o200, search: 0o100 };

const ADJECTIVES: Readonly<Record<Permission, string>> = {
  read: 'readable',
  write: 'writable',
  search: 'searchable',
};

/**
 * Says what is wrong with a directory, as a clause that follows the variable's name.
 *
 * @param directory - The path as it was checked, to tell a missing directory from a missing parent.
 */
export function describeDirectory(directory: string, fault: Fault): string {
  switch (fault.kind) {
    case 'missing':
      if (fault.danglingLink) {
        const what = fault.absent === directory ? 'names' : 'passes through';
        return `${what} the symbolic link ${showValue(fault.absent)}, whose target does not exist`;
      }
      return fault.absent === directory
        ? 'names a directory that does not exist'
        : `names a directory that does not exist: the first missing parent is ${showValue(fault.absent)}`;
    case 'not-a-directory':
      return fault.file === directory
        ? 'names something that is not a directory'
        : `cannot be reached: its parent ${showValue(fault.file)} is not a directory`;
    case 'parent-not-searchable':
      return `cannot be reached: its parent ${showValue(fault.parent)} is not searchable (x) for this process`;
    case 'not-permitted':
      return describePermissions(fault);
    case 'unusable':
      return fault.errorCode === 'ERR_ACCESS_DENIED'
        ? "is closed to this process by Node's permission model (see --allow-fs-read and --allow-fs-write)"
        : `cannot be examined (${fault.errorCode})`;
    default:
      return fault satisfies never;
  }
}

/** Says why a directory on a network file system cannot be used. */
export function describeRemote(fileSystem: string): string {
  return (
    `names a directory on a network file system (${fileSystem}), where the locks that tell live writers from dead ones ` +
    'do not hold between hosts; use a local one, such as a tmpfs, or PROMSHARD_ALLOW_NETWORK_FS=true if one host alone uses it'
  );
}

function describePermissions(fault: NotPermitted): string {
  const lacking = fault.lacking.map((permission) => ADJECTIVES[permission]).join(', not ');
  const mode = fault.mode.toString(8).padStart(4, '0');
  const who = fault.asUid === undefined ? '' : `; this process runs as ${fault.asUid}:${fault.asGid}`;
  return `names a directory that is not ${lacking} for this process (mode ${mode}, owner ${fault.uid}:${fault.gid}${who}): ${reasonOf(fault)}`;
}

/** The true reason: a mount, an owner, or a mode. */
function reasonOf({ lacking, readOnlyFileSystem, mode, uid, asUid }: NotPermitted): string {
  if (readOnlyFileSystem) return 'its file system is mounted read-only';
  const ownerMay = lacking.every((permission) => (mode & OWNER_BITS[permission]) !== 0);
  if (asUid === undefined) return 'its mode or an access list forbids it';
  if (asUid === uid)
    return ownerMay ? 'an access list or a security module forbids it' : 'its mode forbids it';
  return ownerMay ? 'it belongs to another user' : 'its mode forbids it, to its owner too';
}
