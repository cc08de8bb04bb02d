import { GAUGE_MODES, isGaugeMode, type GaugeMode } from '@promshard/shard-format';

import type { Aggregator } from './metric-configuration.js';
import { WriterError } from './writer-error.js';

/**
 * prom-client combines the workers that answer, which are the living ones: so its ways are the `live` modes.
 * `first` takes whichever worker answers first; the most recent value is the useful one of these.
 */
const MODES: Readonly<Record<Aggregator, GaugeMode | 'omit'>> = {
  sum: 'livesum',
  min: 'livemin',
  max: 'livemax',
  average: 'liveavg',
  first: 'livemostrecent',
  omit: 'omit',
};

/**
 * Decides how a gauge combines across processes; `omit` is not at all.
 *
 * @throws {@link WriterError} `GAUGE_MODE_REQUIRED` where neither option says it, or one says what does not exist.
 */
export function gaugeModeOf(
  name: string,
  multiprocessMode: string | undefined,
  aggregator: string | undefined,
): GaugeMode | 'omit' {
  if (multiprocessMode !== undefined) {
    if (isGaugeMode(multiprocessMode)) return multiprocessMode;
    throw modeRequired(name, 'has a multiprocessMode that does not exist');
  }
  const mode = Object.entries(MODES).find(([known]) => known === aggregator)?.[1];
  if (mode !== undefined) return mode;
  throw modeRequired(name, 'does not say how the values of several processes combine');
}

function modeRequired(name: string, what: string): WriterError {
  return new WriterError(
    'GAUGE_MODE_REQUIRED',
    `Gauge ${name} ${what}. Give it a multiprocessMode, one of ${GAUGE_MODES.join(', ')} ` +
      "(usual: 'livesum' for what adds up, like open connections; 'max' for a peak; 'mostrecent' for a state; " +
      "'liveall' for one series per process), or prom-client's aggregator.",
  );
}
