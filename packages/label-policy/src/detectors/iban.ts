import type { ValueDetector } from './value-detector.js';

/** How long an IBAN is in each country: the registry of SWIFT (ISO 13616). */
const LENGTHS: ReadonlyMap<string, number> = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ' +
    'ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 ' +
    'LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 ' +
    'PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** Country and check digits, at the start of a word. */
const START = /(?<![0-9A-Za-z])[A-Za-z]{2}[0-9]{2}/g;

/** International bank account numbers, in one piece or in groups, with a right check sum (ISO 7064, mod 97-10). */
export const ibanDetector: ValueDetector = {
  reason: 'iban',
  found: (value) => {
    for (const { 0: start, index } of value.matchAll(START)) {
      const length = LENGTHS.get(start.slice(0, 2).toUpperCase());
      if (length !== undefined && isIban(value, index, length)) return true;
    }
    return false;
  },
};

/** Reads `length` letters and digits, and at most one space or dash after each, and checks their sum. */
function isIban(value: string, start: number, length: number): boolean {
  let text = '';
  let at = start;
  while (text.length < length) {
    const character = value.charAt(at++);
    if (/^[0-9A-Za-z]$/.test(character)) text += character;
    else if (!/^[ -]$/.test(character) || !/^[0-9A-Za-z]$/.test(value.charAt(at))) return false;
  }
  if (/^[0-9A-Za-z]$/.test(value.charAt(at))) return false;
  let rest = 0;
  for (const character of text.slice(4) + text.slice(0, 4)) {
    const digit = Number.parseInt(character, 36);
    rest = (rest * (digit > 9 ? 100 : 10) + digit) % 97;
  }
  return rest === 1;
}
