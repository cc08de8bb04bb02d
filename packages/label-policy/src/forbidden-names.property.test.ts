import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { isForbiddenName } from './forbidden-names.js';

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const SPELLINGS: readonly ((words: readonly string[]) => string)[] = [
  (words) => words.join('_'),
  (words) => words.join('_').toUpperCase(),
  (words) => words.map(capital).join(''),
  (words) => words.map((word, at) => (at === 0 ? word : capital(word))).join(''),
  (words) => words.map((word) => (word.length < 4 ? word.toUpperCase() : capital(word))).join(''),
  (words) => words.join(''),
  (words) => `_${words.join('__')}_`,
];

const SUBJECTS =
  'tenant id,user id,account id,customer id,email,e mail,email address,ip,client ip,session id,access token,' +
  'phone number,request path,raw url,query string,message,trace id';
const subject = fc.constantFrom(...SUBJECTS.split(','));

test('every usual spelling of a forbidden name is forbidden, with and without a prefix', () => {
  fc.assert(
    fc.property(
      subject,
      fc.constantFrom(...SPELLINGS),
      fc.constantFrom('', 'x ', 'http ', 'remote '),
      (name, spell, prefix) => {
        expect(isForbiddenName(spell((prefix + name).split(' ')))).toBe(true);
      },
    ),
    { numRuns: 1000 },
  );
});

test('any text is judged', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (name) => {
      expect(typeof isForbiddenName(name)).toBe('boolean');
    }),
  );
  for (const unit of ['a', 'user', 'x', 'aB', '_', '1', 'id']) {
    expect(typeof isForbiddenName(unit.repeat(1 << 18))).toBe('boolean');
  }
});
