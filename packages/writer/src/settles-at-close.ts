import type { ShardKind } from '@promshard/shard-format';

/**
 * Whether what a closed store left on the disk goes on counting there for ever, added to what others count. If the
 * same metrics are then brought to a disk again, it must be taken off first. The gauges of the `live…` modes end
 * with their writer, and those of other modes are not added up.
 */
export function settlesAtClose(shard: ShardKind): boolean {
  return shard.kind !== 'gauge' || shard.mode === 'sum';
}
