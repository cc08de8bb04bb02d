import { relativeErrorOf, SKETCH_COARSEST_SCALE, SKETCH_FINEST_SCALE } from '@promshard/shard-format';

import { WriterError } from './writer-error.js';

/** The quantiles of a summary that names none: prom-client's. */
export const DEFAULT_PERCENTILES: readonly number[] = [0.01, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999];

/** How far a quantile may be from the exact one, as a share of it, where a summary does not say: scale 5. */
const DEFAULT_RELATIVE_ERROR = 0.011;

/**
 * Checks the quantiles that a summary asks for.
 *
 * @throws {@link WriterError} `PERCENTILES_INVALID` where one is not between 0 and 1.
 */
export function checkPercentiles(
  name: string,
  percentiles: readonly number[] = DEFAULT_PERCENTILES,
): readonly number[] {
  const wrong = percentiles.findIndex((quantile) => !(quantile >= 0 && quantile <= 1));
  if (wrong === -1) return [...percentiles];
  throw new WriterError(
    'PERCENTILES_INVALID',
    `Summary ${name} asks for the quantile ${percentiles[wrong]}. Expected numbers from 0 to 1: 0.99, not 99.`,
  );
}

/**
 * The coarsest scale with which quantiles are as near to the exact ones as asked.
 *
 * @throws {@link WriterError} `PERCENTILES_INVALID` where no scale is that fine.
 */
export function sketchScale(name: string, relativeError: number = DEFAULT_RELATIVE_ERROR): number {
  for (let scale = SKETCH_COARSEST_SCALE; scale <= SKETCH_FINEST_SCALE; scale++) {
    if (relativeErrorOf(scale) <= relativeError) return scale;
  }
  throw new WriterError(
    'PERCENTILES_INVALID',
    `Summary ${name} asks for a relative error of ${relativeError}. Expected ` +
      `${relativeErrorOf(SKETCH_FINEST_SCALE).toFixed(4)} or more; 0.01 is 1 %.`,
  );
}
