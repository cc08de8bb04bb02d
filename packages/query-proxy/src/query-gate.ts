import { Refusal } from './refusal.js';

/** Lets so many queries through at once and refuses the rest: a queue would only make everybody late. */
export class QueryGate {
  #running = 0;

  constructor(readonly maxConcurrent: number) {}

  /** @throws Refusal `too_many_queries` where every place is taken. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.maxConcurrent)
      throw new Refusal('too_many_queries', 'too many queries are running: try again');
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
    }
  }
}
