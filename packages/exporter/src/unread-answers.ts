/** How long after its deadline an answer may wait to be read; a client that has not read by then never will. */
const READING_MS = 30_000;

/** An answer on its way: a response, or the stream that one is read from. */
export interface OutgoingAnswer {
  readonly destroyed: boolean;
  /** Whether the system has taken all of it. */
  readonly writableFinished?: boolean;
  /** The connection of a response, by which its progress is seen. */
  readonly socket?: { readonly bytesWritten: number; readonly writableLength: number } | null;
  destroy(): unknown;
  once(event: 'finish' | 'close', listener: () => void): OutgoingAnswer;
}

/** Keeps account of the answers that clients have not read yet, since each holds memory. */
export interface UnreadAnswers {
  /**
   * Watches an answer until the system has taken all of it, or its connection is gone.
   *
   * @param deadlineMs - How long the client said that it would wait.
   */
  watch(response: OutgoingAnswer, deadlineMs: number): void;
}

/** An answer and when it was last seen to get further. */
interface Unread {
  readonly response: OutgoingAnswer;
  bytes: number;
  progressAt: number;
}

/**
 * Bounds what slow readers can hold: so many answers, each for so long. Where there is one too many, the one that has got no
 * further for longest is cut off: nobody who comes later is refused because of clients that do not read, and a client that
 * reads is ahead of them.
 *
 * @param max - How many answers may wait at once. More than are made in one stroke, or these would cut off each other.
 * @param readingMs - How long after its deadline an answer may wait; 30 seconds by default.
 * @param monotonicNow - Milliseconds of a clock that never goes back.
 */
export function createUnreadAnswers(
  max: number,
  readingMs: number = READING_MS,
  monotonicNow: () => number = () => performance.now(),
): UnreadAnswers {
  const all = new Set<Unread>();

  /** Looks who has got further since the last time, and finds who has not for longest. */
  function slowest(): Unread | undefined {
    const now = monotonicNow();
    let found: Unread | undefined;
    for (const unread of all) {
      const bytes = bytesOf(unread.response);
      if (bytes > unread.bytes) unread.progressAt = now;
      unread.bytes = bytes;
      if (found === undefined || unread.progressAt < found.progressAt) found = unread;
    }
    return found;
  }

  return {
    watch(response, deadlineMs) {
      if (response.writableFinished === true || response.destroyed) return;
      if (all.size >= max) {
        const victim = slowest();
        victim?.response.destroy();
        if (victim !== undefined) all.delete(victim);
      }
      const unread = { response, bytes: bytesOf(response), progressAt: monotonicNow() };
      all.add(unread);
      const cutOff = setTimeout(() => response.destroy(), deadlineMs + readingMs);
      const forget = (): void => {
        clearTimeout(cutOff);
        all.delete(unread);
      };
      response.once('finish', forget).once('close', forget);
    },
  };
}

/** What of an answer's connection has gone out; 0 where that cannot be seen. */
function bytesOf({ socket }: OutgoingAnswer): number {
  return socket === null || socket === undefined ? 0 : socket.bytesWritten - socket.writableLength;
}
