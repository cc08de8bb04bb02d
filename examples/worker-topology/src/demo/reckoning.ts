import type { BrokerLedger } from '../broker/read-ledger.js';

/** What the exporter says about the attempts of all workers at file jobs, living and dead. */
export interface TaskTotals {
  readonly started: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Jobs that a worker has seen given up. */
  readonly deadLettered: number;
}

/** Everything that was counted, by whom. */
export interface Accounts {
  /** Jobs that the API has counted as accepted. */
  readonly accepted: number;
  /** Dead letters that the API has counted as put back to work. */
  readonly replayed: number;
  /** Jobs that were planned so that no attempt can succeed, as things are. */
  readonly hopeless: number;
  readonly broker: BrokerLedger;
  readonly exporter: TaskTotals;
  /** Attempts that the killed worker had begun and not ended, as its own shard said when it died. */
  readonly inHandAtKill: number;
  /** The most jobs that the broker can have handed to the killed worker at once. */
  readonly inHandAtMost: number;
  /** Scrapes of the exporter in which a total was lower than before. */
  readonly falls: number;
}

/** One statement that holds or does not. */
export interface Check {
  readonly statement: string;
  readonly holds: boolean;
}

/** The accounts, set against each other. */
export interface Reckoning {
  /** Attempts that the kill cut off, by how far they had come. */
  readonly cutOff: {
    /** Handed out by the broker, not begun: no counter knows of them. */
    readonly notBegun: number;
    /** Counted as started, and neither as success nor as failure. */
    readonly notEnded: number;
    /** Of these, what the broker knows the end of: the worker died before it could count it. */
    readonly notCounted: number;
  };
  readonly checks: readonly Check[];
}

/**
 * Compares what was sent with what the exporter says. A kill may cut an attempt off at three places; apart from
 * those, and they are no more than the jobs that the worker had from the broker, every number is exact.
 */
export function reckon(accounts: Accounts): Reckoning {
  const { accepted, replayed, hopeless, broker, exporter, inHandAtKill, inHandAtMost, falls } = accounts;
  const notBegun = broker.handedOut - exporter.started;
  const notEnded = exporter.started - exporter.succeeded - exporter.failed;
  const notCounted = broker.completed - exporter.succeeded;
  const givenUpUnseen = broker.failed - exporter.deadLettered;

  return {
    cutOff: { notBegun, notEnded, notCounted },
    checks: [
      { statement: 'sent = accepted + replayed', holds: broker.sent === accepted + replayed },
      { statement: 'sent = completed + failed', holds: broker.sent === broker.completed + broker.failed },
      {
        statement: 'failed = dead letters + replayed',
        holds: broker.failed === broker.deadLetters + replayed,
      },
      { statement: 'dead letters = jobs that cannot succeed', holds: broker.deadLetters === hopeless },
      {
        statement: `started = success + failure + the ${inHandAtKill} in hand at the kill`,
        holds: notEnded === inHandAtKill,
      },
      {
        statement: 'success = completed, and dead-lettered = failed, but for what was in hand',
        holds: isWithin(notCounted, inHandAtKill) && isWithin(givenUpUnseen, notBegun + notEnded),
      },
      {
        statement: `cut off in all: no more than the ${inHandAtMost} that a worker takes at once`,
        holds: isWithin(notBegun + notEnded, inHandAtMost) && notBegun >= 0,
      },
      { statement: 'no total of the exporter ever fell', holds: falls === 0 },
    ],
  };
}

function isWithin(difference: number, most: number): boolean {
  return difference >= 0 && difference <= most;
}
