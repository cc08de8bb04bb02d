/** How something ended that was given a time. */
export type Ending<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed' }
  /** It did not end in time, and may still end. */
  | { readonly kind: 'late' };

/** The moment until which a probe may take, on the clock of `performance.now()`. */
export class Deadline {
  readonly #at: number;
  readonly #stepMs: number;

  constructor(timeoutMs: number) {
    this.#at = performance.now() + timeoutMs;
    this.#stepMs = Math.max(1, timeoutMs / 20);
  }

  /** Waits for what a function does; whatever it throws or rejects with is `failed`. */
  within<T>(run: () => PromiseLike<T>): Promise<Ending<T>> {
    return new Promise((resolve) => {
      const cancel = this.#onExpiry(() => resolve({ kind: 'late' }));
      const end = (ending: Ending<T>): void => {
        cancel();
        resolve(ending);
      };
      (async () => run())().then(
        (value) => end({ kind: 'done', value }),
        () => end({ kind: 'failed' }),
      );
    });
  }

  /** Looks now and again until a condition holds; false if the time is over before. */
  async until(condition: () => boolean): Promise<boolean> {
    while (!condition()) {
      if (performance.now() >= this.#at) return false;
      await new Promise((resolve) => setTimeout(resolve, this.#stepMs).unref());
    }
    return true;
  }

  /**
   * Where this process was busy itself until the time was over, an answer may lie in a socket unread: sockets are read
   * once more before it counts as late.
   */
  #onExpiry(expire: () => void): () => void {
    let immediate: NodeJS.Immediate | undefined;
    const left = Math.max(0, this.#at - performance.now());
    const timer = setTimeout(() => (immediate = setImmediate(expire).unref()), left).unref();
    return () => {
      clearTimeout(timer);
      clearImmediate(immediate);
    };
  }
}
