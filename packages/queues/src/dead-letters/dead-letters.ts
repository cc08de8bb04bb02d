import { register, type Registry } from 'prom-client';

import type { OptionNames } from '../option-names.js';
import { changeDeadLetters, type ChangeOptions, type DeadLetterReport } from './change-dead-letters.js';
import type { DeadLetterBroker, FoundDeadLetter } from './dead-letter-broker.js';
import { countDeadLetters } from './dead-letter-counters.js';
import type { DeadLetter, DeadLetterOutcome, DeadLetterSelection } from './dead-letter.js';
import { DeadLettersError } from './dead-letters-error.js';
import { checkOptionNames } from './option-names.js';
import { searchFor } from './search-for.js';

/** Where replays and drops are counted. */
export interface DeadLettersOptions {
  /** The registry of this process's own `/metrics`; prom-client's default one where none is given. */
  readonly registry?: Registry;
  /** What the counters' names begin with; nothing by default. */
  readonly prefix?: string;
  /** Queues whose counters exist at 0 from the start. */
  readonly queues?: readonly string[];
}

/** Dead letters as they were at one moment. */
export interface DeadLetterListing {
  /** The oldest first. */
  readonly letters: readonly DeadLetter[];
  /** Whether there are more than the limit let through. */
  readonly more: boolean;
  /** Whether payloads and error messages are shown: they may hold personal data, and are left out unless asked for. */
  readonly payloadsShown: boolean;
}

/** How a replay goes. */
export interface ReplayOptions extends ChangeOptions {
  /** The queue where the letters go; needed where the broker cannot tell where they came from. */
  readonly to?: string;
}

/** The dead letters of a broker. */
export interface DeadLetters {
  /** @throws What the broker's driver throws; DeadLettersError for a selection that cannot be. */
  list(selection?: DeadLetterSelection & { readonly payloads?: boolean }): Promise<DeadLetterListing>;

  /**
   * Puts letters back to work: one (`{ ids: [id] }`), several, or those that are selected, one after another. Which they
   * are is settled at the start: a job that fails again meanwhile is not replayed again.
   *
   * @returns A report, also of a run that was stopped or that the broker cut short.
   * @throws What the driver throws while nothing is done yet; DeadLettersError for options that cannot be; what `onOutcome` throws.
   */
  replay(selection: DeadLetterSelection, options?: ReplayOptions): Promise<DeadLetterReport>;

  /** Deletes letters for good, in the same way. */
  drop(selection: DeadLetterSelection, options?: ChangeOptions): Promise<DeadLetterReport>;
}

/**
 * Makes the dead letters of a broker accessible; asks the broker nothing yet. Replays and drops are counted in
 * `queue_dead_letters_replayed_total` and `queue_dead_letters_dropped_total` by `broker` and `queue`, the queue where they lay,
 * once the broker has confirmed them: what a process did in the moment of its death may be missing, and nothing is counted
 * twice.
 *
 * @throws DeadLettersError for a prefix that no metric's name can begin with, and an option that there is not.
 */
export function deadLetters<Handle>(
  broker: DeadLetterBroker<Handle>,
  options: DeadLettersOptions = {},
): DeadLetters {
  checkOptionNames('deadLetters()', options, { registry: true, prefix: true, queues: true });
  const { registry = register, prefix = '', queues = [] } = options;
  if (!/^(?:[a-zA-Z_:][\w:]*)?$/.test(prefix))
    throw new DeadLettersError('OPTIONS_INVALID', 'prefix has to be the beginning of a metric name.');
  const counters = countDeadLetters(registry, prefix, broker.broker, queues);

  return {
    async list(asked = {}) {
      checkOptionNames('list()', asked, { ...SELECTION, payloads: true });
      const { payloads = false, ...selection } = asked;
      const search = searchFor(selection, payloads);
      // One more than wanted tells whether there are more.
      const found = await broker.find({ ...search, limit: search.limit + 1 });
      const letters = found.slice(0, search.limit).map(({ letter }) => letter);
      return { letters, more: found.length > search.limit, payloadsShown: payloads };
    },
    async replay(selection, how = {}) {
      checkOptionNames('The selection of replay()', selection, SELECTION);
      checkOptionNames('replay()', how, { ...CHANGE, to: true });
      const replay = (found: FoundDeadLetter<Handle>): Promise<DeadLetterOutcome> =>
        broker.replay(found, how.to);
      return changeDeadLetters(broker, 'replay', replay, selection, how, counters);
    },
    async drop(selection, how = {}) {
      checkOptionNames('The selection of drop()', selection, SELECTION);
      checkOptionNames('drop()', how, CHANGE);
      return changeDeadLetters(broker, 'drop', (found) => broker.drop(found), selection, how, counters);
    },
  };
}

const SELECTION: OptionNames<DeadLetterSelection> = { queue: true, task: true, ids: true, limit: true };

const CHANGE: OptionNames<ChangeOptions> = {
  ratePerSecond: true,
  dryRun: true,
  signal: true,
  onOutcome: true,
};
