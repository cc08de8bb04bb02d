import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';

/** One garbage collection. */
export interface GarbageCollection {
  readonly kind: string;
  readonly seconds: number;
}

const KINDS = new Map([
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
]);

/**
 * Tells of each garbage collection of this thread from now on.
 *
 * @returns Tells of those that are known and were not yet told of: Node.js tells of them late.
 */
export function observeGarbageCollections(listener: (collection: GarbageCollection) => void): () => void {
  const tell = (entries: readonly PerformanceEntry[]): void => {
    for (const entry of entries) {
      const { detail, duration } = entry as PerformanceEntry & {
        readonly detail?: { readonly kind?: number };
      };
      const kind = KINDS.get(detail?.kind ?? -1);
      if (kind !== undefined) listener({ kind, seconds: duration / 1000 });
    }
  };
  // There may be several in a list; prom-client counts the first alone.
  const observer = new PerformanceObserver((list) => tell(list.getEntries()));
  observer.observe({ entryTypes: ['gc'] });
  return () => tell(observer.takeRecords());
}
