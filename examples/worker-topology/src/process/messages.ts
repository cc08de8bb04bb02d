/** What a process of the topology tells the process that forked it. */
export type ProgramMessage =
  /** It does its work now. */
  | { readonly type: 'ready'; readonly details: ReadyDetails }
  /** Something happened that the forker may want to tell. */
  | { readonly type: 'event'; readonly event: TopologyEvent };

/** What the outside needs to know of a started process. */
export interface ReadyDetails {
  /** Where it listens, if it does: `http://…` or `postgres://…`. */
  readonly url?: string;
  /** How a worker stores its metrics. */
  readonly backend?: 'mmap' | 'pwrite';
}

/** What happens among the workers, as their parent sees it. */
export type TopologyEvent =
  | { readonly kind: 'worker-started'; readonly pid: number; readonly backend: 'mmap' | 'pwrite' }
  | { readonly kind: 'worker-ended'; readonly pid: number; readonly end: ProgramEnd }
  | { readonly kind: 'shards-folded'; readonly shards: number };

/** How a process ended. */
export type ProgramEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: NodeJS.Signals };

/** Tells apart our messages from whatever else comes over the channel. */
export function isProgramMessage(message: unknown): message is ProgramMessage {
  return (
    typeof message === 'object' &&
    message !== null &&
    'type' in message &&
    (message.type === 'ready' || message.type === 'event')
  );
}
