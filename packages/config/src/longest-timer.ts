/** The longest delay of `setTimeout` and `setInterval`, which turn a longer one into 1 ms. */
export const LONGEST_TIMER_MS = 2_147_483_647;
