import type { ValueDetector } from './value-detector.js';

/**
 * Four numbers up to 255 with dots between, not part of a longer dotted number (`1.2.3.4.5`) and not marked as a
 * version (`v1.2.3.4`). Every quantifier is bounded, so an attempt ends after at most 15 characters.
 */
const IPV4 =
  /(?<![0-9]|[0-9]\.|(?<![A-Za-z0-9])[vV])(?:(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])(?![0-9]|\.[0-9])/;

/** A whole run of what an IPv6 address is made of; runs are disjoint. */
const IPV6_RUN = /[0-9a-f:]+/gi;

/** Colons in a run that is looked at: those of a full address, and one on each side of it. */
const MOST_COLONS = 9;

/**
 * IPv4 and IPv6 addresses, bare or inside a longer value: with port, brackets, zone or prefix length, IPv4 at
 * the end of an IPv6 address. Versions of three numbers and times are none; a version of four small numbers
 * looks like an address and is taken for one unless it is marked by a `v`.
 */
export const ipAddressDetector: ValueDetector = {
  reason: 'ip',
  found: (value) => IPV4.test(value) || holdsIpv6(value),
};

function holdsIpv6(value: string): boolean {
  for (const { 0: run, index } of value.matchAll(IPV6_RUN)) {
    const colons = run.split(':', MOST_COLONS + 2).length - 1;
    if (colons < 2 || colons > MOST_COLONS) continue;
    const gluedBefore = isWordCharacter(value.charAt(index - 1));
    const gluedAfter = isWordCharacter(value.charAt(index + run.length));
    if (candidates(run, gluedBefore, gluedAfter).some(isIpv6)) return true;
  }
  return false;
}

/**
 * The run as it stands, without its first group (`de:` in `node:2001:db8::1`), without its last one (a port), and
 * without both. Groups that are glued to a word cannot belong to an address and always go.
 */
function candidates(run: string, gluedBefore: boolean, gluedAfter: boolean): string[] {
  const starts = gluedBefore ? [withoutFirstGroup(run)] : [run, withoutFirstGroup(run)];
  return starts
    .filter((text) => text !== undefined)
    .flatMap((text) => (gluedAfter ? [withoutLastGroup(text)] : [text, withoutLastGroup(text)]))
    .filter((text) => text !== undefined);
}

/** Undefined if `::` comes next: it would belong to the address, or is the scope operator of `std::vector`. */
function withoutFirstGroup(text: string): string | undefined {
  const colon = text.indexOf(':');
  if (colon === -1 || (text[colon + 1] === ':' && text[colon + 2] !== ':')) return undefined;
  return text.slice(colon + 1);
}

function withoutLastGroup(text: string): string | undefined {
  const colon = text.lastIndexOf(':');
  if (colon === -1 || (text[colon - 1] === ':' && text[colon - 2] !== ':')) return undefined;
  return text.slice(0, colon);
}

/** RFC 4291's text forms, those that end in an IPv4 address aside: {@link IPV4} finds these. */
function isIpv6(text: string): boolean {
  const halves = text.split('::');
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  if (!groups.every((group) => group.length >= 1 && group.length <= 4)) return false;
  return halves.length === 1
    ? groups.length === 8
    : halves.length === 2 && groups.length >= 1 && groups.length <= 7;
}

function isWordCharacter(character: string): boolean {
  return /^[\p{L}\p{N}]/u.test(character);
}
