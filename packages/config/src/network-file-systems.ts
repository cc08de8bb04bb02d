/**
 * File systems on which another host may hold the same files, or a lock is up to a daemon: by the number that
 * statfs(2) gives on Linux (its manual page, and linux/magic.h).
 */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0x00006969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x0000517b, 'SMB'],
  [0x65735546, 'FUSE'],
  [0x01021997, '9P'],
  [0x00c36400, 'Ceph'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x73757245, 'Coda'],
  [0x0bd00bd0, 'Lustre'],
  [0xbacbacbc, 'VMware shared folders'],
  [0x786f4256, 'VirtualBox shared folders'],
]);

/** The name of a network file system; undefined for a local one. */
export function networkFileSystemName(type: number): string | undefined {
  // Node gives the number as the kernel's signed or unsigned word.
  return NAMES.get(type >>> 0);
}
