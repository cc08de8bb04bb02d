import type { Accounts, Reckoning } from './reckoning.js';

type Cell = number | undefined;

/** Sets what was sent beside what the exporter says. */
export function renderTable(
  { accepted, replayed, broker, exporter }: Accounts,
  { cutOff, checks }: Reckoning,
): string {
  const rows: [label: string, api: Cell, broker: Cell, exporter: Cell][] = [
    ['jobs accepted', accepted, undefined, undefined],
    ['dead letters replayed', replayed, undefined, undefined],
    ['jobs sent', accepted + replayed, broker.sent, undefined],
    ['jobs completed', undefined, broker.completed, exporter.succeeded],
    ['jobs given up', undefined, broker.failed, exporter.deadLettered],
    ['jobs in the dead-letter queue', undefined, broker.deadLetters, undefined],
    ['attempts handed out / started', undefined, broker.handedOut, exporter.started],
    ['attempts failed', undefined, undefined, exporter.failed],
  ];
  const line = (label: string, ...cells: (Cell | string)[]): string =>
    `  ${label.padEnd(32)}${cells.map((cell) => String(cell ?? '').padStart(10)).join('')}`;

  return [
    line('', 'API', 'broker', 'exporter'),
    ...rows.map((row) => line(...row)),
    '',
    '  What the kill cut off:',
    line('handed out, not begun', cutOff.notBegun),
    line('begun, its end not counted', cutOff.notEnded),
    line('… though the broker knows it', cutOff.notCounted),
    '',
    ...checks.map(({ holds, statement }) => `  ${holds ? 'holds' : 'FAILS'}  ${statement}`),
  ].join('\n');
}
