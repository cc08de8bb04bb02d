/** What decides which compiled addon fits a process. */
export interface Platform {
  /** `process.platform`. */
  readonly platform: string;
  /** `process.arch`. */
  readonly arch: string;
  /** The C library; always `'system'` outside Linux. */
  readonly libc: 'glibc' | 'musl' | 'system';
}

/** The folder, under `prebuilds/` or `build/`, of a platform's addon: `linux-x64`, `linux-arm64-musl`, … */
export function platformDirectory({ platform, arch, libc }: Platform): string {
  return `${platform}-${arch}${libc === 'musl' ? '-musl' : ''}`;
}

/**
 * The C library of a Linux process, told by the loader that it has mapped.
 *
 * @param maps - The text of `/proc/self/maps`.
 */
export function libcOf(maps: string): 'glibc' | 'musl' {
  return maps.includes('/ld-musl-') ? 'musl' : 'glibc';
}
