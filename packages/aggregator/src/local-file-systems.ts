/**
 * Magic numbers of statfs(2): file systems of this machine alone. They date a directory's changes, and show a store into
 * a mapping to every other mapping of the file at once.
 */
const LOCAL_FILE_SYSTEMS: ReadonlySet<number> = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // xfs
  0x9123683e, // btrfs
  0x01021994, // tmpfs
  0x794c7630, // overlayfs
  0xf2f52010, // f2fs
  0x2fc12fc1, // zfs
  0xca451a4e, // bcachefs
]);

/** @param type - A file system's magic number; undefined where there is none to be had. */
export function isLocalFileSystem(type: number | undefined): boolean {
  return type !== undefined && LOCAL_FILE_SYSTEMS.has(type);
}
