import type { DeadLetterReport, LetterName } from './change-dead-letters.js';
import type { DeadLetter, DeadLetterOutcome } from './dead-letter.js';
import type { DeadLetterListing } from './dead-letters.js';
import { failureReason } from './failure-reason.js';

const DONE_WORDS = { replay: 'replayed', drop: 'dropped' } as const;
const COUNTERS = {
  replay: 'queue_dead_letters_replayed_total',
  drop: 'queue_dead_letters_dropped_total',
} as const;

/** A listing as text: a letter a line. */
export function describeListing({ letters, more, payloadsShown }: DeadLetterListing): string {
  const lines = letters.map((letter) => line(letter));
  lines.push(`${plural(letters.length)}${more ? ', and more than the limit shows' : ''}.`);
  if (!payloadsShown && letters.length > 0)
    lines.push(
      'Payloads and error messages are not shown, as they may hold personal data; --payloads shows them.',
    );
  return lines.join('\n');
}

/** One letter's end as text. */
export function describeOutcome(
  action: 'replay' | 'drop',
  { queue, id }: LetterName,
  outcome: DeadLetterOutcome,
): string {
  const word = outcome.kind === 'done' ? DONE_WORDS[action] : outcome.kind;
  return [
    word,
    printable(queue),
    printable(id),
    ...(outcome.kind === 'refused' ? [outcome.reason.replaceAll(/\p{Cc}/gu, '?')] : []),
  ].join('  ');
}

/** A report as text: what was done, by queue where there are several. */
export function describeReport(report: DeadLetterReport): string {
  const { action, dryRun, ended, total, queues, missing, more, failure } = report;
  const lines: string[] = [];
  const word = DONE_WORDS[action];
  if (dryRun) lines.push(`${plural(total.found)} would be ${word}; nothing was changed.`);
  else
    lines.push(
      `${ended === 'complete' ? '' : 'stopped: '}${total.done} of ${plural(total.found)} ${word}` +
        `, ${total.gone} gone meanwhile, ${total.refused} refused.`,
    );
  for (const [queue, tally] of Object.entries(queues))
    lines.push(`  ${printable(queue)}: ${dryRun ? tally.found : `${tally.done} of ${tally.found}`}`);
  if (missing.length > 0) lines.push(`not there: ${missing.map(printable).join(', ')}`);
  if (more) lines.push('There are more than the limit let through.');
  if (failure !== undefined) {
    const { at, error } = failure;
    lines.push(
      `The broker ${failureReason(error)} at ${printable(at.queue)} ${printable(at.id)}: that one may have been ${word} or not.`,
    );
  }
  return lines.join('\n');
}

/** A report as one line of JSON, with what this run has counted. */
export function reportToJson(report: DeadLetterReport): string {
  const { failure, ...rest } = report;
  const counted = Object.entries(report.queues)
    .filter(([, { done }]) => done > 0)
    .map(([queue, { done }]) => [queue, done] as const);
  return JSON.stringify({
    ...rest,
    ...(failure && { failure: { at: failure.at, reason: failureReason(failure.error) } }),
    counted: { [COUNTERS[report.action]]: Object.fromEntries(counted) },
  });
}

function line({ id, queue, task, failedAt, attempts, errorName, payload, error }: DeadLetter): string {
  const parts = [printable(queue), printable(id)];
  if (task !== undefined && task !== queue) parts.push(`task ${printable(task)}`);
  if (failedAt !== undefined) parts.push(`failed ${failedAt.toISOString()}`);
  if (attempts !== undefined) parts.push(`${attempts} attempts`);
  if (errorName !== undefined) parts.push(errorName);
  if (payload !== undefined) parts.push(`payload ${quoted(payload)}`);
  if (error !== undefined) parts.push(`error ${quoted(error)}`);
  return parts.join('  ');
}

/** Names come from the broker, and a terminal obeys control characters. */
function printable(text: string): string {
  return /^[\x21-\x7e]+$/.test(text) ? text : quoted(text);
}

/** As JSON, which leaves some control characters as they are. */
function quoted(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[\x7f-\u{9f}]/gu, '?');
}

function plural(count: number): string {
  return `${count} dead letter${count === 1 ? '' : 's'}`;
}
