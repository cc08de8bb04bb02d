/** Replaces lone surrogates as UTF-8 encoding would, so that what is equal on the wire is equal here. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}
