import { setImmediate } from 'node:timers/promises';

/** Lets a long computation make room for the event loop, whenever it held it for `budgetMs`. */
export class Pace {
  readonly #budgetMs: number;
  readonly #now: () => number;
  #since: number;

  /** @param now - A clock in milliseconds. */
  constructor(budgetMs: number, now: () => number = () => performance.now()) {
    this.#budgetMs = budgetMs;
    this.#now = now;
    this.#since = now();
  }

  /** Says whether the budget is used up: then {@link Pace.rest} is due. */
  isUp(): boolean {
    return this.#now() - this.#since >= this.#budgetMs;
  }

  /** Waits until the event loop went around once. */
  async rest(): Promise<void> {
    await setImmediate();
    this.#since = this.#now();
  }
}
