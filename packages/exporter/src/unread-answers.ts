/** How long after its deadline an answer may wait to be read; a client that has not read by then never will. */
const READING_MS = 30_000;

/** An answer on its way: a response, or the stream that one is read from. */
export interface OutgoingAnswer {
  readonly destroyed: boolean;
  /** Whether the system has taken all of it. */
  readonly writableFinished?: boolean;
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

/**
 * Bounds what slow readers can hold: so many answers, each for so long. Where there is one too many, the one that has
 * waited longest is cut off: a client that reads at all is ahead of those that do not, and nobody who comes later
 * is refused because of them.
 *
 * @param max - How many answers may wait at once.
 * @param readingMs - How long after its deadline an answer may wait; 30 seconds by default.
 */
export function createUnreadAnswers(max: number, readingMs: number = READING_MS): UnreadAnswers {
  // A set keeps the order of insertion: the first is the oldest.
  const unread = new Set<OutgoingAnswer>();
  return {
    watch(response, deadlineMs) {
      if (response.writableFinished === true || response.destroyed) return;
      const [oldest] = unread;
      if (unread.size >= max) oldest?.destroy();
      unread.add(response);
      const cutOff = setTimeout(() => response.destroy(), deadlineMs + readingMs);
      const forget = (): void => {
        clearTimeout(cutOff);
        unread.delete(response);
      };
      response.once('finish', forget).once('close', forget);
    },
  };
}
