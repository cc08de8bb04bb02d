import type { LabelPolicy } from '@promshard/label-policy';
import {
  EXEMPLAR_SLOT_BYTES,
  EXEMPLAR_SLOTS,
  isTraceLabel,
  VALUE_ALIGNMENT,
  writeExemplar,
} from '@promshard/shard-format';

import { activeSpan, hasActiveSpans } from './active-span.js';
import type { Cell } from './shard.js';
import { unixSeconds } from './stopwatch.js';

/** Labels of an exemplar, as an application gives them. */
export type GivenLabels = Readonly<Record<string, string | number>>;

interface Place {
  /** Undefined where there was no room when it was last asked for. */
  cell: Cell | undefined;
  sequence: number;
  /** When an exemplar was last taken from the active span; unix seconds. */
  takenAt: number;
}

/** The active span is asked no more often for one total or bucket: a scrape shows the newest of many seconds. */
const SECONDS_BETWEEN_SPANS = 1;

/** The exemplars of one series' entries: of a counter's total, or of a histogram's buckets. */
export class SeriesExemplars {
  private readonly policy: () => LabelPolicy;
  private readonly place: (entry: number) => Cell | undefined;
  private readonly places = new Map<number, Place>();

  /**
   * @param policy - The one that holds now.
   * @param place - Makes room for the exemplars of one of the series' entries, by its number; undefined where there is none.
   */
  constructor(policy: () => LabelPolicy, place: (entry: number) => Cell | undefined) {
    this.policy = policy;
    this.place = place;
  }

  /** Keeps the active span of OpenTelemetry as the example of an observation, where there is one. */
  take(entry: number, value: number): void {
    if (!hasActiveSpans()) return;
    const now = unixSeconds();
    const place = this.places.get(entry);
    if (place !== undefined && Math.abs(now - place.takenAt) < SECONDS_BETWEEN_SPANS) return;
    const span = activeSpan();
    if (span === undefined) return;
    this.placeOf(entry).takenAt = now;
    this.write(entry, value, now, { trace_id: span.traceId, span_id: span.spanId });
  }

  /** Keeps labels that the application gave. Those that the policy forbids are left out, and with too many all. */
  keep(entry: number, value: number, given: GivenLabels): void {
    const policy = this.policy();
    const labels: Record<string, string> = {};
    let count = 0;
    for (const name in given) {
      const text = String(given[name]);
      const isAllowed =
        isTraceLabel(name, text) ||
        (policy.checkName(name) === undefined && policy.checkValue(name, text) === undefined);
      if (!isAllowed) continue;
      labels[name] = text;
      count++;
    }
    if (count > 0) this.write(entry, value, unixSeconds(), labels);
  }

  /** Begins anew, in places under the keys that the series has by now. */
  forget(): void {
    this.places.clear();
  }

  private write(entry: number, value: number, timestamp: number, labels: Record<string, string>): void {
    const place = this.placeOf(entry);
    // Without room an exemplar is left out; there may be some once another store is open.
    place.cell ??= this.place(entry);
    if (place.cell === undefined) return;
    const { shard, index } = place.cell;
    const { buffer, byteOffset, byteLength } = shard.f64;
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    const valueOffset = index * Float64Array.BYTES_PER_ELEMENT;
    if (!writeExemplar(bytes, valueOffset, { labels, value, timestamp }, place.sequence + 1)) return;
    place.sequence = (place.sequence + 1) >>> 0;
    if (shard.dirty === null) return;
    // The slots lie before the value, in one block or two.
    shard.touch(index - SLOT_NUMBERS);
    shard.touch(index);
  }

  private placeOf(entry: number): Place {
    let place = this.places.get(entry);
    if (place === undefined) {
      place = { cell: undefined, sequence: 0, takenAt: -Infinity };
      this.places.set(entry, place);
    }
    return place;
  }
}

/** From the first slot to the value: the slots and eight spaces, in numbers of eight bytes. */
const SLOT_NUMBERS =
  (EXEMPLAR_SLOTS * EXEMPLAR_SLOT_BYTES + VALUE_ALIGNMENT) / Float64Array.BYTES_PER_ELEMENT;
