import type {
  AdditionOutcome,
  FileCheck,
  FileEntries,
  FileView,
  FileViews,
  Sums,
} from '@promshard/native/views';

/** The pages of one open file, of which only values are read. */
export class FilePages {
  readonly #views: FileViews;
  readonly #fd: number;
  #view: FileView | undefined;
  #bytes = 0;

  constructor(views: FileViews, fd: number) {
    this.#views = views;
    this.#fd = fd;
  }

  /** Makes room for byte `end`. Says whether there is any: where the system refused once, it is not asked again. */
  reach(end: number): boolean {
    if (end <= this.#bytes) return this.#view !== undefined;
    this.close();
    // A file that grows needs a new mapping at each doubling; what lies behind its end costs nothing.
    this.#bytes = Math.max(SMALLEST_BYTES, 2 * end);
    try {
      this.#view = this.#views.viewFile(this.#fd, this.#bytes);
    } catch {
      this.#bytes = Infinity;
    }
    return this.#view !== undefined;
  }

  /** As `addValues` of `@promshard/native/views`. */
  add(check: FileCheck, entries: FileEntries, sums: Sums): AdditionOutcome {
    return this.#view === undefined ? 'changed' : this.#views.addValues(this.#view, check, entries, sums);
  }

  close(): void {
    if (this.#view !== undefined) this.#views.closeView(this.#view);
    this.#view = undefined;
    this.#bytes = 0;
  }
}

const SMALLEST_BYTES = 64 * 1024;
