import type { BrokerLedger } from '../broker/read-ledger.js';

/** What the exporter says about the attempts of all workers, living and dead. */
export interface TaskTotals {
  readonly started: number;
  readonly succeeded: number;
  readonly failed: number;
}

/** Everything that was counted, by whom. */
export interface Accounts {
  /** Jobs that the API has counted as accepted. */
  readonly accepted: number;
  /** Jobs that were planned so that no attempt can succeed. */
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
    /** Counted as success, and the broker never heard of it: run twice, so counted twice. */
    readonly notReported: number;
  };
  readonly checks: readonly Check[];
}

/**
 * Compares what was sent with what the exporter says. A kill may cut an attempt off at three places; apart from
 * those, and they are no more than the jobs that the worker had from the broker, every number is exact.
 */
export function reckon(accounts: Accounts): Reckoning {
  const { accepted, hopeless, broker, exporter, inHandAtKill, inHandAtMost, falls } = accounts;
  const notBegun = broker.handedOut - exporter.started;
  const notEnded = exporter.started - exporter.succeeded - exporter.failed;
  const notReported = exporter.succeeded - broker.completed;

  return {
    cutOff: { notBegun, notEnded, notReported },
    checks: [
      { statement: 'accepted = sent', holds: accepted === broker.sent },
      { statement: 'sent = completed + failed', holds: broker.sent === broker.completed + broker.failed },
      { statement: 'failed = dead letters', holds: broker.failed === broker.deadLetters },
      { statement: 'dead letters = jobs planned to fail', holds: broker.deadLetters === hopeless },
      {
        statement: `started = success + failure + the ${inHandAtKill} in hand at the kill`,
        holds: notEnded === inHandAtKill,
      },
      {
        statement: `cut off in all: no fewer than 0 anywhere, no more than the ${inHandAtMost} that a worker takes at once`,
        holds: notBegun >= 0 && notReported >= 0 && notBegun + notEnded + notReported <= inHandAtMost,
      },
      { statement: 'no total of the exporter ever fell', holds: falls === 0 },
    ],
  };
}
