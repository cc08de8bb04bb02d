import type { ValueDetector } from './value-detector.js';

/**
 * Four numbers up to 255 with dots between, not part of a longer dotted number (`1.2.3.4.5`) and not marked as a
 * version (`v1.2.3.4`). Every quantifier is bounded, so an attempt ends after at most 15 characters.
 */
const IPV4 =
  /(?<![0-9]|[0-9]\.|(?<![A-Za-z0-9])[vV])(?:(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])(?![0-9]|\.[0-9])/;

/** A whole run of what an IPv6 address is made of; runs are disjoint. */
const IPV6_RUN = /[0-9a-f:]+/gi;

/** Eight groups, a word's last letters before them, and a port after them. */
const MOST_GROUPS = 10;

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
    const groups = run.split(':', MOST_GROUPS + 3);
    if (groups.length < 3 || groups.length > MOST_GROUPS + 2) continue;
    const before = value.charAt(index - 1);
    const after = value.charAt(index + run.length);
    if (candidates(groups, isWordCharacter(before), isWordCharacter(after)).some(isIpv6)) return true;
  }
  return false;
}

/**
 * The groups as they stand, without a first group that belongs to something before it (`node:` in
 * `node:2001:db8::1`), and without a last one (a port). A group that is glued to a word cannot be part of an
 * address, and `::` next to it is the word's own (`std::vector`).
 */
function candidates(
  groups: readonly string[],
  gluedBefore: boolean,
  gluedAfter: boolean,
): (readonly string[])[] {
  const all: (readonly string[])[] = [];
  for (const first of gluedBefore ? [1] : [0, 1]) {
    for (const last of gluedAfter ? [groups.length - 1] : [groups.length, groups.length - 1]) {
      // Only a single colon separates an address from its surroundings; `::` belongs to what is left of it.
      const cutsScope =
        (first === 1 && gluedBefore && groups[1] === '') || (gluedAfter && groups[last - 1] === '');
      if (!cutsScope) all.push(groups.slice(first, last));
    }
  }
  return all;
}

/** `::` shows as one empty group between others, or two at an end. */
function isIpv6(groups: readonly string[]): boolean {
  const text = groups.join(':');
  const filled = groups.filter((group) => group !== '');
  if (filled.length === 0 || filled.some((group) => group.length > 4)) return false;
  const gap = text.indexOf('::');
  if (gap === -1) return groups.length === 8 && filled.length === 8;
  const oneGap = text.indexOf('::', gap + 1) === -1;
  const openEnd = (text.startsWith(':') && gap !== 0) || (text.endsWith(':') && gap !== text.length - 2);
  return oneGap && !openEnd && filled.length <= 7;
}

function isWordCharacter(character: string): boolean {
  return /^[\p{L}\p{N}]/u.test(character);
}
