/** How long a request may wait for a place, if its client would wait that long. */
const WAIT_MS = 1000;

/** How many may wait for each place. */
const WAITING_PER_PLACE = 10;

/** A number of places that are taken and given back. */
export interface Places {
  /** Resolves to whether there is a place now, or was soon enough. Whoever got one gives it back. */
  take(): Promise<boolean>;
  giveBack(): void;
}

/**
 * Makes so many places. Where all are taken one waits its turn, for a second at most: a burst of requests, hostile or not,
 * then delays those that come with it instead of refusing them. Where ten times as many wait already there is none.
 */
export function createPlaces(max: number, waitMs: number = WAIT_MS): Places {
  let taken = 0;
  // In order of arrival.
  const waiting = new Set<(hasPlace: boolean) => void>();

  async function waitForPlace(): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (hasPlace: boolean): void => {
        clearTimeout(timer);
        waiting.delete(settle);
        resolve(hasPlace);
      };
      const timer = setTimeout(settle, waitMs, false);
      waiting.add(settle);
    });
  }

  return {
    async take() {
      if (taken < max) {
        taken += 1;
        return true;
      }
      return waiting.size < max * WAITING_PER_PLACE && waitForPlace();
    },
    giveBack() {
      const [next] = waiting;
      // The place goes from hand to hand.
      if (next === undefined) taken -= 1;
      else next(true);
    },
  };
}
