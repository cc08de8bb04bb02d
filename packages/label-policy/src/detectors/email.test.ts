import { describe, expect, test } from 'vitest';

import { emailDetector } from './email.js';

describe('an e-mail address is found', () => {
  test.each([
    ['bare', 'jane@example.com'],
    ['with dots and a tag', 'jane.q.doe+metrics@mail.example.co.uk'],
    ['in upper case', 'JANE@EXAMPLE.COM'],
    ['with a name', 'Jane Doe <jane@example.com>'],
    ['as a URL', 'mailto:jane@example.com?subject=x'],
    ['after a prefix', 'job-jane@example.com'],
    ['before a suffix', 'jane@example.com-retry'],
    ['before an underscore', 'jane@example.com_2'],
    ['at the end of a sentence', 'sent to jane@example.com.'],
    ['encoded for a URL', 'jane%40example.com'],
    ['with a full-width at sign', 'jane\uff20example.com'],
    ['beyond ASCII', 'frédéric@exämple.example'],
    ['in another script', '用户@例子.公司'],
    ['in punycode', 'jane@xn--bcher-kva.xn--p1ai'],
    ['with a quoted local part', '"jane doe"@example.com'],
    ['with an emoji', '😀@example.com'],
    ['of one letter', 'j@e.co'],
    ['with a numeric domain', 'jane@163.com'],
    ['with a slash before the at sign', 'jane/@example.com'],
    ['in the credentials of a URL', 'https://jane:x@example.com/'],
    ['after another at sign', '@@jane@example.com'],
  ])('%s', (_what, value) => {
    expect(emailDetector.found(value)).toBe(true);
  });
});

describe('no e-mail address is', () => {
  test.each([
    ['nothing', ''],
    ['a lone at sign', '@'],
    ['a package', '@promshard/config'],
    ['a package with a version', '@promshard/config@1.0.0'],
    ['a version', 'npm@10.2.0'],
    ['a pre-release', 'typescript@5.9.0-beta'],
    ['a tag', 'lodash@next'],
    ['an image by digest', `registry/app@sha256:${'0f'.repeat(32)}`],
    ['a mention', '@jane.doe'],
    ['a mention in a text', 'hello @jane.doe'],
    ['a host without a dot', 'root@localhost'],
    ['a domain that begins with a dot', 'jane@.com'],
    ['a domain of numbers', 'jane@1.2.3'],
    ['a one-letter ending', 'jane@example.c'],
    ['a space in between', 'jane@ example.com'],
    ['a price', '3@1.50'],
    ['a percentage', '40%'],
    ['a domain alone', 'mail.example.com'],
  ])('%s', (_what, value) => {
    expect(emailDetector.found(value)).toBe(false);
  });
});
