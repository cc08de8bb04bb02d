import { createHash } from 'node:crypto';

import { initial, steps, wrongNow, type Bounds, type Protocol, type State } from './protocol-model.js';

/** What a search through all states came to. */
export interface Search {
  readonly states: number;
  readonly transitions: number;
  /** The shortest way to something wrong; undefined where there is none. */
  readonly trace: readonly string[] | undefined;
}

/** Visits every state that the protocol can reach, nearest first, until one is wrong. */
export function searchStates(protocol: Protocol, bounds: Bounds): Search {
  const first = initial(bounds);
  const came = new Map<string, { from: string | undefined; what: string }>();
  came.set(keyOf(first), { from: undefined, what: 'begin' });
  let frontier: [key: string, state: State][] = [[keyOf(first), first]];
  let transitions = 0;
  const traceTo = (key: string, last: string): string[] => {
    const trace = [last];
    for (let at: string | undefined = key; at !== undefined;) {
      const step = came.get(at);
      if (step !== undefined) trace.unshift(step.what);
      at = step?.from;
    }
    return trace;
  };
  while (frontier.length > 0) {
    const next: [string, State][] = [];
    for (const [key, state] of frontier) {
      const wrong = wrongNow(state, protocol);
      if (wrong !== undefined) return { states: came.size, transitions, trace: traceTo(key, wrong) };
      for (const { what, state: after, violation } of steps(state, protocol, bounds)) {
        transitions++;
        if (violation !== undefined) {
          return { states: came.size, transitions, trace: [...traceTo(key, what), violation] };
        }
        const afterKey = keyOf(after);
        if (came.has(afterKey)) continue;
        came.set(afterKey, { from: key, what });
        next.push([afterKey, after]);
      }
    }
    frontier = next;
  }
  return { states: came.size, transitions, trace: undefined };
}

/**
 * A hash for a state: millions of them fit into memory, and no two will ever be the same by chance. Which of two
 * pruners is which makes no difference.
 */
function keyOf(state: State): string {
  const [first = [], second = []] = state.pruners;
  const isSwapped = first.length === 0 && second.length > 0;
  const holder = isSwapped && state.holder !== null ? 1 - state.holder : state.holder;
  const same = isSwapped ? { ...state, pruners: [second, first], holder } : state;
  return createHash('md5').update(JSON.stringify(same)).digest('base64');
}
