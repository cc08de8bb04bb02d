import type { SnapshotProblem, SnapshotProblemCode } from './snapshot.js';

/** Most problems that are kept of one file. */
export const MAX_PROBLEMS_PER_FILE = 20;

/** The problems of one file, of which only the first are kept. */
export class ProblemList {
  readonly #file: string;
  readonly #problems: SnapshotProblem[] = [];
  #more: SnapshotProblem | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  get problems(): readonly SnapshotProblem[] {
    return this.#more === undefined ? this.#problems : [...this.#problems, this.#more];
  }

  add(code: SnapshotProblemCode, offset: number, message: string): void {
    if (this.#problems.length < MAX_PROBLEMS_PER_FILE) {
      this.#problems.push({ code, file: this.#file, offset, message });
    } else {
      this.#more ??= {
        code: 'more-problems',
        file: this.#file,
        offset,
        message: `From byte ${offset} on there are problems that are not listed.`,
      };
    }
  }
}
