import { VALUE_DETECTORS } from './detectors/registry.js';

/** Deeper paths end in `*`. */
const MOST_SEGMENTS = 12;

/** Longer segments are ids, names of files, or an attack. */
const LONGEST_SEGMENT = 64;

/** What no segment of a route that someone wrote is made of. */
const FREE_TEXT = /[^0-9A-Za-z._~$:{}@!-]/;

/** Numbers, with a minus or a fraction or not, of any length. */
const NUMBER = /^[+-]?[0-9]+(?:[.,][0-9]+)?$/;

/** Letters with digits in their midst, as short ids have them; `v1`, `oauth2` and `sha256` do not. */
const MIXED_ID = /^(?=.{6})(?:[0-9]+[A-Za-z]|[A-Za-z]+[0-9]+[A-Za-z]).*[0-9]/;

/** `v2` and `2024-01-31`: versions of interfaces, which routes have. */
const VERSION = /^(?:v[0-9]{1,3}(?:[._][0-9]{1,3})?|[0-9]{4}-[0-9]{2}-[0-9]{2})$/;

/**
 * A path without its query and fragment, with placeholders for segments that are ids: `/users/42/orders/…` becomes
 * `/users/:id/orders/:id`. A guess by the look of the segments: templates know, this does not.
 */
export function placeholdersFor(path: string): string {
  const segments = withoutQuery(path)
    .split('/', MOST_SEGMENTS * 4)
    .filter((segment) => segment !== '');
  const kept = segments.slice(0, MOST_SEGMENTS).map((segment) => (isId(segment) ? ':id' : segment));
  if (segments.length > MOST_SEGMENTS) kept.push('*');
  return `/${kept.join('/')}`;
}

/** The part of a URL or path before its query and fragment; of a URL, without its host. */
export function withoutQuery(path: string): string {
  const end = path.search(/[?#;]/);
  const before = end === -1 ? path : path.slice(0, end);
  const host = /^[a-z][a-z0-9+.-]{0,31}:\/\/[^/]*/i.exec(before)?.[0] ?? '';
  return before.slice(host.length);
}

function isId(segment: string): boolean {
  if (VERSION.test(segment)) return false;
  return (
    segment.length > LONGEST_SEGMENT ||
    NUMBER.test(segment) ||
    FREE_TEXT.test(segment) ||
    segment.includes('@') ||
    MIXED_ID.test(segment) ||
    VALUE_DETECTORS.some((detector) => detector.found(segment))
  );
}
