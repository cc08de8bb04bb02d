/** A metric name without quotes, in both formats. */
export const METRIC_NAME: RegExp = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;

/** A label name without quotes, in both formats. */
export const LABEL_NAME: RegExp = /[a-zA-Z_][a-zA-Z0-9_]*/y;

/** Whether names may stand in quotes, and so be any text. */
export type NameForm = 'bare' | 'quoted';

const SHOWN_LENGTH = 80;

/** A name as messages show it: cut where it is hostile. */
export function shownName(name: string): string {
  return name.length <= SHOWN_LENGTH ? name : `${name.slice(0, SHOWN_LENGTH)}…`;
}
