/** System calls that create, write, rename, remove or change the mode or times of a file, by path or descriptor. */
export const CHANGING_CALLS: RegExp =
  /\b(?:creat|rename(?:at2?)?|unlink(?:at)?|rmdir|mkdir(?:at)?|mknod(?:at)?|link(?:at)?|symlink(?:at)?|f?chmod(?:at2?)?|f?chown(?:at)?|lchown|f?truncate|fallocate|utime(?:s|nsat)?|futimesat|f?(?:set|remove)xattr|flock)\(/;

/** Opening a file so that it could be written. */
export const OPENED_FOR_WRITING: RegExp = /\bopen(?:at2?)?\(.*O_(?:WRONLY|RDWR|CREAT|TRUNC|APPEND|TMPFILE)/;

/** Mapping a file so that stores reach it. */
export const MAPPED_FOR_WRITING: RegExp = /\bmmap\([^)]*PROT_WRITE[^)]*MAP_SHARED[^)]*\)/;
