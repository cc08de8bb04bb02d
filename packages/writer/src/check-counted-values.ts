import type { LabelPolicy } from '@promshard/label-policy';
import { decodeShard } from '@promshard/shard-format';

import { VIOLATIONS_FAMILY } from './shard-set.js';
import type { Shard } from './shard.js';
import { WriterError } from './writer-error.js';

/**
 * Makes sure that what was counted under another policy does not reach the files under one that refuses it.
 *
 * @throws {@link WriterError} `LABEL_FORBIDDEN` where a series has a value that the policy refuses; it is not told.
 */
export function checkCountedValues(policy: LabelPolicy, shard: Shard): void {
  // Their labels were judged by themselves, and those of their series are in other shards, too.
  if (shard.kind.kind === 'exemplars') return;
  for (const { key } of decodeShard(shard.contents()).entries) {
    // The library's own counter has names of metrics and labels as its values.
    if (key.family === VIOLATIONS_FAMILY) continue;
    for (const [name, value] of Object.entries(key.labels)) {
      // The states of a state set stand in the program, under the metric's name.
      if (name === 'le' || (shard.kind.kind === 'stateset' && name === key.family)) continue;
      const violation = policy.checkValue(name, value);
      if (violation === undefined) continue;
      throw new WriterError(
        'LABEL_FORBIDDEN',
        `Metric ${key.family} has counted under a value of label "${name}" that the label policy refuses ` +
          `(${violation.reason}), before the policy was given. Call openShardStore() before anything is counted.`,
      );
    }
  }
}
