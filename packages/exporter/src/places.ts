/** How many may wait for each place. */
const WAITING_PER_PLACE = 10;

/** A number of places that are taken and given back. */
export interface Places {
  /** Resolves to whether there is a place now, or was within `waitMs`. Whoever got one gives it back. */
  take(waitMs: number): Promise<boolean>;
  giveBack(): void;
}

/**
 * Makes so many places. Where all are taken one waits its turn: a burst of requests, hostile or not, then delays those that
 * come with it instead of refusing them. Where ten times as many wait already there is none.
 */
export function createPlaces(max: number): Places {
  let taken = 0;
  // In order of arrival.
  const waiting = new Set<(hasPlace: boolean) => void>();

  async function waitForPlace(waitMs: number): Promise<boolean> {
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
    async take(waitMs) {
      if (taken < max) {
        taken += 1;
        return true;
      }
      return waiting.size < max * WAITING_PER_PLACE && waitForPlace(waitMs);
    },
    giveBack() {
      const [next] = waiting;
      // The place goes from hand to hand.
      if (next === undefined) taken -= 1;
      else next(true);
    },
  };
}
