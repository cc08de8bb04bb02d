import type { ShardKind } from '@promshard/shard-format';

import type { Cell } from './shard.js';

/** A gauge, as far as another of its name has to know it. */
export interface NamedGauge {
  readonly registers: readonly object[];
  /** Hides all series from readers, until they are set again. */
  retire(): void;
  /** Whether one of its series that readers see counts there. */
  isAt(place: Cell): boolean;
}

/**
 * Gauges of one name in one process. Two objects of a name, of two registries or two copies of the library, count apart as
 * in prom-client, and combine as two processes would: sums add up, a maximum is that of both. Two things need more care:
 * what one process shows once, and what is no more.
 */
export class SameName {
  private readonly gaugesByName = new Map<string, NamedGauge[]>();
  /** All of them, whether or not in a registry. */
  private readonly everyByName = new Map<string, WeakRef<NamedGauge>[]>();
  private readonly usedAgain = new Set<string>();

  /**
   * Takes note of a gauge that is about to be registered. Those of its name that were in registries and are in none of
   * them now have made place for it (`register.clear()`): their last values must not be added to its own.
   */
  declare(name: string, gauge: NamedGauge): void {
    const every = this.everyByName.get(name);
    if (every !== undefined) this.usedAgain.add(name);
    const stillThere = (every ?? []).filter((other) => other.deref() !== undefined);
    this.everyByName.set(name, [...stillThere, new WeakRef(gauge)]);
    const others = this.gaugesByName.get(name) ?? [];
    const living = others.filter((other) => !isForgotten(name, other));
    for (const other of others) if (!living.includes(other)) other.retire();
    // What is in no registry cannot be taken out of one.
    if (gauge.registers.length > 0) living.push(gauge);
    this.gaugesByName.set(name, living);
  }

  /** Whether a series may be in the shard already, and must then not be in it a second time. */
  mayBeThere(kind: ShardKind, name: string): boolean {
    // The one line of a process in these modes; two would be one label set twice.
    const isOneLine = kind.kind === 'gauge' && (kind.mode === 'all' || kind.mode === 'liveall');
    return isOneLine && this.usedAgain.has(name);
  }

  /** Whether a series of any gauge of a name counts in a place. */
  isTaken(name: string, place: Cell): boolean {
    return this.everyByName.get(name)?.some((gauge) => gauge.deref()?.isAt(place)) ?? false;
  }
}

function isForgotten(name: string, gauge: NamedGauge): boolean {
  return (
    gauge.registers.length > 0 &&
    gauge.registers.every((registry) => {
      const { getSingleMetric } = registry as { getSingleMetric?: (name: string) => unknown };
      return getSingleMetric !== undefined && getSingleMetric.call(registry, name) !== gauge;
    })
  );
}
