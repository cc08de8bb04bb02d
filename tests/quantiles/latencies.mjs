/**
 * Latencies in seconds, the same ones whenever asked: log-normal around a median.
 *
 * @param {{ process: number, count: number, median: number, spread: number }} kind
 * @returns {number[]}
 */
export function latencies({ process, count, median, spread }) {
  const next = mulberry32(process);
  return Array.from({ length: count }, () => {
    // Box and Muller's normal numbers from even ones.
    const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    return median * Math.exp(spread * normal);
  });
}

/** @param {number} seed */
function mulberry32(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
