const SURROGATE = /[\ud800-\udfff]/;

/** Replaces lone surrogates as UTF-8 encoding would, so that what is equal on the wire is equal here. */
export function wellFormed(text: string): string {
  return SURROGATE.test(text) ? text.replace(/\p{Surrogate}/gu, '\uFFFD') : text;
}
