import type { ValueDetector } from './value-detector.js';

/** An at sign: plain, full-width, or as URLs encode it. */
const AT_SIGN = /[@\uff20]|%40/g;

/** What a domain is made of; never an at sign, so that scans from different at signs do not overlap. */
const DOMAIN_RUN = /[\p{L}\p{M}\p{N}.-]*/uy;

/** `logo@2x.png`: an image for screens of another density. */
const PIXEL_RATIO = /^[0-9]x\.(?:png|jpe?g|gif|webp|avif|svg)$/i;

/** Characters that no local part ends with. */
const NOT_LOCAL_PART = /[\s@\uff20:,;<>()[\]]/;

/**
 * E-mail addresses, bare or inside a longer value: a local part, an at sign, and a domain with a dot after which
 * two letters follow. So `npm@10.2.0` and `image@sha256:…` are none; `user@localhost` is none either.
 */
export const emailDetector: ValueDetector = {
  reason: 'email',
  found: (value) => {
    for (const { 0: sign, index } of value.matchAll(AT_SIGN)) {
      if (index === 0 || NOT_LOCAL_PART.test(value.charAt(index - 1))) continue;
      if (isDomain(domainAt(value, index + sign.length))) return true;
    }
    return false;
  },
};

function domainAt(value: string, start: number): string {
  DOMAIN_RUN.lastIndex = start;
  return DOMAIN_RUN.exec(value)?.[0] ?? '';
}

function isDomain(run: string): boolean {
  if (PIXEL_RATIO.test(run)) return false;
  const [first, ...others] = run.split('.');
  return first !== '' && others.some((label) => /^\p{L}{2}/u.test(label));
}
