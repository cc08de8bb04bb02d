import type { DirectoryState, Permission } from './check-directory.js';
import { showValue } from './show-value.js';

type Fault = Exclude<DirectoryState, { kind: 'usable' }>;

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

function describePermissions(fault: Extract<Fault, { kind: 'not-permitted' }>): string {
  const lacking = fault.lacking.map((permission) => ADJECTIVES[permission]).join(', not ');
  const mode = fault.mode.toString(8).padStart(4, '0');
  const who = fault.asUid === undefined ? '' : `; this process runs as ${fault.asUid}:${fault.asGid}`;
  const readOnly = fault.readOnlyFileSystem ? ', on a read-only file system' : '';
  return `names a directory that is not ${lacking} for this process (mode ${mode}, owner ${fault.uid}:${fault.gid}${readOnly}${who})`;
}
