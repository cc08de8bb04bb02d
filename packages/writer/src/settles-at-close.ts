import type { ShardKind } from '@promshard/shard-format';

/**
 * Whether what a closed store left on the disk goes on counting there for ever, added to what others count. If the
 * same metrics are then brought to a disk again, it must be taken off first. The gauges of the `live…` modes, infos
 * and state sets end with their writer, and gauges of other modes are not added up.
 */
export function settlesAtClose(shard: ShardKind): boolean {
  switch (shard.kind) {
    case 'counter':
    case 'histogram':
    case 'summary':
    case 'sketch':
      return true;
    case 'gauge':
      return shard.mode === 'sum';
    case 'exemplars':
    case 'info':
    case 'stateset':
      return false;
  }
}
