/** What was seen of a sequence of ids at one time. */
interface Mark {
  readonly atSeconds: number;
  /** The highest id that was there. */
  readonly highestId: number;
}

/** The most marks kept; with a reading every five seconds they have each of the last 40 minutes, and fewer of those before. */
const MAX_MARKS = 1024;

/**
 * Says when a row with a rising id came, of a table that holds no such time: what was seen of the ids from time to time, kept. An
 * answer is late by at most the time between two readings (or more for what lay there for long, when marks have been thinned
 * out); a row that was there before the first one gets the time of that.
 */
export class ArrivalMarks {
  #marks: Mark[] = [];

  /** To be called at each reading. Ids that fall are those of a table that was emptied: what was seen still holds. */
  note(highestId: number, atSeconds: number): void {
    if (highestId > (this.#marks.at(-1)?.highestId ?? -1)) this.#marks.push({ atSeconds, highestId });
    if (this.#marks.length > MAX_MARKS) this.#thinOut();
  }

  /** When the row was seen first, unix seconds; `undefined` if it has not been. */
  arrivalOf(id: number): number | undefined {
    return this.#marks.find(({ highestId }) => highestId >= id)?.atSeconds;
  }

  /** How many times are kept. */
  get size(): number {
    return this.#marks.length;
  }

  /** Forgets what concerns rows below an id only. */
  forgetBelow(id: number): void {
    const first = this.#marks.findIndex(({ highestId }) => highestId >= id);
    this.#marks = first < 0 ? this.#marks.slice(-1) : this.#marks.slice(first);
  }

  /** To be called when the ids begin anew. */
  clear(): void {
    this.#marks = [];
  }

  /** Every second one of the older half goes: its rows count as having come with the next. */
  #thinOut(): void {
    const half = this.#marks.length >> 1;
    this.#marks = this.#marks.filter((_mark, index) => index >= half || index % 2 === 1);
  }
}
