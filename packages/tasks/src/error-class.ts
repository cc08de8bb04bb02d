/** What a failure can be counted as, besides classes of one's own. */
export const ERROR_CLASSES = [
  /** Whatever is none of the others. */
  'error',
  /** Something took too long: a `TimeoutError`, `ETIMEDOUT`. */
  'timeout',
  /** It was called off: an `AbortError`. */
  'aborted',
  /** Another party could not be reached: `ECONNREFUSED`, `ENOTFOUND` and their like. */
  'connection',
  /** A mistake in the program: `TypeError`, `RangeError`, `ReferenceError`, `SyntaxError`, `AssertionError`. */
  'defect',
  /** It said itself that another attempt is of no use: `UnrecoverableError`. */
  'permanent',
  /** What was thrown is no error. */
  'not_an_error',
  /** The broker had given the attempt up before it ended. */
  'expired',
  /** The broker had failed the job without another attempt, since workers died with it too often. */
  'stalled',
  /** The broker did not take the attempt's end: the job was taken away, or nobody answered. */
  'unacknowledged',
  /** No such task is registered here. */
  'unregistered_task',
] as const;

/** One of {@link ERROR_CLASSES}. */
export type BuiltInErrorClass = (typeof ERROR_CLASSES)[number];

/** Says whether an error is of a class of one's own. What it throws counts as no. */
export type ErrorTest = (error: unknown) => boolean;

const BY_NAME: ReadonlyMap<unknown, BuiltInErrorClass> = new Map<unknown, BuiltInErrorClass>([
  ['TimeoutError', 'timeout'],
  ['AbortError', 'aborted'],
  ['UnrecoverableError', 'permanent'],
  ['TypeError', 'defect'],
  ['RangeError', 'defect'],
  ['ReferenceError', 'defect'],
  ['SyntaxError', 'defect'],
  ['AssertionError', 'defect'],
]);

const TIMEOUT_CODES = ['ETIMEDOUT', 'ESOCKETTIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT'];
const CONNECTION_CODES = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'UND_ERR_SOCKET',
];

const BY_CODE: ReadonlyMap<unknown, BuiltInErrorClass> = new Map<unknown, BuiltInErrorClass>([
  ...TIMEOUT_CODES.map((code): [unknown, BuiltInErrorClass] => [code, 'timeout']),
  ...CONNECTION_CODES.map((code): [unknown, BuiltInErrorClass] => [code, 'connection']),
]);

/**
 * The class of what a task threw. Never throws, whatever that is: a getter that throws makes it `error`.
 *
 * @param own - Classes of one's own, asked first, in their order.
 */
export function errorClassOf<C extends string>(
  error: unknown,
  own: ReadonlyMap<C, ErrorTest> = new Map(),
): C | BuiltInErrorClass {
  for (const [name, test] of own) if (holds(test, error)) return name;
  try {
    // A system error says more than its class does; fetch hides one in `cause`.
    if (!(error instanceof Error)) return 'not_an_error';
    const { name, cause } = error;
    return (
      BY_CODE.get(codeOf(error)) ??
      (cause instanceof Error ? BY_CODE.get(codeOf(cause)) : undefined) ??
      BY_NAME.get(name) ??
      'error'
    );
  } catch {
    return 'error';
  }
}

function codeOf(error: Error): unknown {
  return 'code' in error ? error.code : undefined;
}

function holds(test: ErrorTest, error: unknown): boolean {
  try {
    return test(error);
  } catch {
    return false;
  }
}
