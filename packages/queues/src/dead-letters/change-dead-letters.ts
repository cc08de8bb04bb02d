import type { DeadLetterBroker, FoundDeadLetter } from './dead-letter-broker.js';
import type { DeadLetterCounters } from './dead-letter-counters.js';
import type { DeadLetterOutcome, DeadLetterSelection } from './dead-letter.js';
import { DeadLettersError } from './dead-letters-error.js';
import { createPace } from './pace.js';
import { searchFor } from './search-for.js';

/** How letters are replayed or dropped. */
export interface ChangeOptions {
  /** At most so many letters a second, evenly spaced: above 0, up to 10,000; without a limit by default. */
  readonly ratePerSecond?: number;
  /** Say what is there, and change nothing. */
  readonly dryRun?: boolean;
  /** Stops between two letters: the one at hand is finished. */
  readonly signal?: AbortSignal;
  /**
   * Told of each letter, as it comes, when the broker has answered and the letter is counted. What it throws ends the run: the promise
   * rejects with it, and there is no report; letters that it was told of are as it was told, the others dead letters still. What
   * it returns is not waited for.
   */
  readonly onOutcome?: (letter: LetterName, outcome: DeadLetterOutcome) => void;
}

/** Which letter is meant. */
export interface LetterName {
  readonly queue: string;
  readonly id: string;
}

/** What became of the letters of one queue. */
export interface DeadLetterTally {
  /** How many were found at the start. */
  readonly found: number;
  /** How many the broker has confirmed. */
  readonly done: number;
  /** How many were not there any more when their turn came. */
  readonly gone: number;
  /** How many the broker did not take. */
  readonly refused: number;
}

/** What a replay or drop has done. */
export interface DeadLetterReport {
  readonly action: 'replay' | 'drop';
  readonly dryRun: boolean;
  /** `stopped` by the signal, `failed` by the broker; in both, what was done is done. */
  readonly ended: 'complete' | 'stopped' | 'failed';
  readonly total: DeadLetterTally;
  /** The same by the queue where they lay. */
  readonly queues: Readonly<Record<string, DeadLetterTally>>;
  /** Ids that were asked for and not found. */
  readonly missing: readonly string[];
  /** Whether there are more than the limit let through. */
  readonly more: boolean;
  readonly refusals: readonly (LetterName & { readonly reason: string })[];
  /** What the broker failed with, and at which letter: that one may have been done or not. */
  readonly failure?: { readonly at: LetterName; readonly error: unknown };
}

const MAX_RATE = 10_000;

/** Finds letters, then changes them one after another. */
export async function changeDeadLetters<Handle>(
  broker: DeadLetterBroker<Handle>,
  action: 'replay' | 'drop',
  change: (found: FoundDeadLetter<Handle>) => Promise<DeadLetterOutcome>,
  selection: DeadLetterSelection,
  { ratePerSecond, dryRun = false, signal, onOutcome }: ChangeOptions,
  counters: DeadLetterCounters,
): Promise<DeadLetterReport> {
  if (ratePerSecond !== undefined && !(ratePerSecond > 0 && ratePerSecond <= MAX_RATE))
    throw new DeadLettersError(
      'OPTIONS_INVALID',
      `ratePerSecond has to be above 0 and at most ${MAX_RATE}, got ${String(ratePerSecond)}.`,
    );
  const search = searchFor(selection, false);
  const found = await broker.find({ ...search, limit: search.limit + 1 });
  const chosen = found.slice(0, search.limit);
  const tallies = new Map<string, Record<keyof DeadLetterTally, number>>();
  for (const { letter } of chosen) tallyOf(tallies, letter.queue).found += 1;
  const known = new Set(found.map(({ letter }) => letter.id));

  const refusals: (LetterName & { reason: string })[] = [];
  let ended: DeadLetterReport['ended'] = 'complete';
  let failure: DeadLetterReport['failure'];
  const nextTurn = createPace(ratePerSecond, signal);
  for (const each of dryRun ? [] : chosen) {
    const { id, queue } = each.letter;
    await nextTurn();
    if (signal?.aborted === true) {
      ended = 'stopped';
      break;
    }
    let outcome;
    try {
      outcome = await change(each);
    } catch (error) {
      failure = { at: { queue, id }, error };
      ended = 'failed';
      break;
    }
    tallyOf(tallies, queue)[outcome.kind] += 1;
    if (outcome.kind === 'done') counters.count(action, queue);
    if (outcome.kind === 'refused') refusals.push({ queue, id, reason: outcome.reason });
    onOutcome?.({ queue, id }, outcome);
  }

  return {
    action,
    dryRun,
    ended,
    total: sumOf([...tallies.values()]),
    queues: Object.fromEntries(tallies),
    missing: [...(search.ids ?? [])].filter((id) => !known.has(id)),
    more: found.length > chosen.length,
    refusals,
    ...(failure && { failure }),
  };
}

function tallyOf(
  tallies: Map<string, Record<keyof DeadLetterTally, number>>,
  queue: string,
): Record<keyof DeadLetterTally, number> {
  let tally = tallies.get(queue);
  if (tally === undefined) tallies.set(queue, (tally = { found: 0, done: 0, gone: 0, refused: 0 }));
  return tally;
}

function sumOf(tallies: readonly DeadLetterTally[]): DeadLetterTally {
  const sum = (key: keyof DeadLetterTally): number => tallies.reduce((total, tally) => total + tally[key], 0);
  return { found: sum('found'), done: sum('done'), gone: sum('gone'), refused: sum('refused') };
}
