/** Why a worker ended; the values of `reason`. */
export const EXIT_REASONS = [
  /** By itself, with exit code 0. */
  'clean',
  /** By itself, with another exit code: an error that nobody caught, for one. */
  'failed',
  /** Exit code 78: its configuration cannot be. */
  'configuration',
  /** By SIGTERM, SIGINT, SIGHUP or SIGQUIT, which it did not catch. */
  'terminated',
  /** By SIGKILL: the kernel, for want of memory, or somebody's. */
  'killed',
  /** By SIGSEGV, SIGABRT and their like: a fault of the runtime, an addon, or a heap that was full. */
  'crashed',
  /** It could not be started. */
  'not_started',
  /** By another signal. */
  'other',
] as const;

/** One of {@link EXIT_REASONS}. */
export type ExitReason = (typeof EXIT_REASONS)[number];

const BY_SIGNAL: ReadonlyMap<string, ExitReason> = new Map<string, ExitReason>([
  ...(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const).map((each): [string, ExitReason] => [
    each,
    'terminated',
  ]),
  ['SIGKILL', 'killed'],
  ...(['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP', 'SIGSYS'] as const).map(
    (each): [string, ExitReason] => [each, 'crashed'],
  ),
]);

/** What a shell between the parent and the worker makes of a signal: 128 and its number, as on Linux. */
const BY_CODE: ReadonlyMap<number, ExitReason> = new Map<number, ExitReason>([
  [0, 'clean'],
  [78, 'configuration'],
  [129, 'terminated'],
  [130, 'terminated'],
  [131, 'terminated'],
  [143, 'terminated'],
  [137, 'killed'],
  [132, 'crashed'],
  [133, 'crashed'],
  [134, 'crashed'],
  [135, 'crashed'],
  [136, 'crashed'],
  [139, 'crashed'],
]);

/** The reason of what an `exit` event tells: a code or a signal. */
export function exitReason(code: number | null | undefined, signal?: string | null): ExitReason {
  if (typeof signal === 'string') return BY_SIGNAL.get(signal) ?? 'other';
  return typeof code === 'number' ? (BY_CODE.get(code) ?? 'failed') : 'other';
}
