import { explainOverflow } from './measure-directory.js';
import type { PruneDone } from './prune-report.js';
import { PrunerError } from './pruner-error.js';

/** What a run found and could do nothing about: every run finds it again until a person has seen to it. */
export function lastingTroubles({ dir, overflow, writers }: PruneDone): PrunerError[] {
  const forbidden = writers.filter(({ liveness }) => liveness.reason === 'record-forbidden');
  return [
    ...(overflow === undefined ? [] : [new PrunerError('overflow', dir, explainOverflow(dir, overflow))]),
    ...(forbidden.length === 0
      ? []
      : [new PrunerError('records-forbidden', dir, explainForbidden(dir, forbidden))]),
  ];
}

function explainForbidden(dir: string, [first, ...others]: PruneDone['writers']): string {
  const whose =
    others.length === 0 ? `Writer ${first?.id}` : `${others.length + 1} writers, ${first?.id} first,`;
  return (
    `${whose} in ${dir} cannot be judged: this process is not permitted to read the owner record. What is not judged is ` +
    'kept, dead or alive. Run the pruner as the user of the writers, or let it read their files.'
  );
}
