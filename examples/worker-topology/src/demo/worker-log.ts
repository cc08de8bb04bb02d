import type { TopologyEvent } from '../process/messages.js';

/** The workers that have started and not ended, oldest first. */
export function livingWorkers(events: readonly TopologyEvent[]): number[] {
  const living = new Set<number>();
  for (const event of events) {
    if (event.kind === 'worker-started') living.add(event.pid);
    if (event.kind === 'worker-ended') living.delete(event.pid);
  }
  return [...living];
}

/**
 * Whether a killed worker has ended and been replaced, and what it left has been folded.
 *
 * @param events - What happened since the kill.
 */
export function hasRecovered(events: readonly TopologyEvent[], killedPid: number): boolean {
  return (
    events.some((event) => event.kind === 'worker-ended' && event.pid === killedPid) &&
    events.some((event) => event.kind === 'worker-started') &&
    events.some((event) => event.kind === 'shards-folded')
  );
}

/** One line for the reader of the demo. */
export function describeEvent(event: TopologyEvent): string {
  switch (event.kind) {
    case 'worker-started':
      return `worker started  pid ${event.pid}, ${event.backend} backend`;
    case 'worker-ended':
      return `worker ended    pid ${event.pid}, ${event.end.kind === 'killed' ? event.end.signal : `exit code ${event.end.code}`}`;
    case 'shards-folded':
      return `pruner          folded ${event.shards} ${event.shards === 1 ? 'shard' : 'shards'} of dead workers`;
  }
}
