import type { Accounts, Reckoning } from './reckoning.js';

type Cell = number | undefined;

/** Sets what was sent beside what the exporter says. */
export function renderTable({ accepted, broker, exporter }: Accounts, { cutOff, checks }: Reckoning): string {
  const rows: [label: string, api: Cell, broker: Cell, exporter: Cell][] = [
    ['jobs accepted / sent', accepted, broker.sent, undefined],
    ['jobs completed', undefined, broker.completed, undefined],
    ['jobs in the dead-letter queue', undefined, broker.deadLetters, undefined],
    ['attempts handed out / started', undefined, broker.handedOut, exporter.started],
    ['attempts succeeded', undefined, undefined, exporter.succeeded],
    ['attempts failed', undefined, undefined, exporter.failed],
  ];
  const line = (label: string, ...cells: (Cell | string)[]): string =>
    `  ${label.padEnd(32)}${cells.map((cell) => String(cell ?? '').padStart(10)).join('')}`;

  return [
    line('', 'API', 'broker', 'exporter'),
    ...rows.map((row) => line(...row)),
    '',
    '  What the kill cut off, and another worker ran again:',
    line('handed out, not begun', cutOff.notBegun),
    line('begun, not ended', cutOff.notEnded),
    line('ended, the broker not told', cutOff.notReported),
    '',
    ...checks.map(({ holds, statement }) => `  ${holds ? 'holds' : 'FAILS'}  ${statement}`),
  ].join('\n');
}
