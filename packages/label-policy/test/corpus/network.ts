import { embedded, type Family, growFamily } from './family.js';
import type { Random } from './random.js';
import { ordinary, word } from './words.js';

const HEX = '0123456789abcdef';

/** Addresses of the ranges for documentation (RFC 5737, RFC 3849) and for private use. */
function ipv4(random: Random): string {
  const octet = (): number => random.below(256);
  return random.pick([
    `192.0.2.${octet()}`,
    `198.51.100.${octet()}`,
    `203.0.113.${octet()}`,
    `10.${octet()}.${octet()}.${octet()}`,
    `172.${16 + random.below(16)}.${octet()}.${octet()}`,
    `192.168.${octet()}.${octet()}`,
  ]);
}

function ipv6(random: Random): string {
  const group = (): string => (1 + random.below(65_535)).toString(16);
  return random.pick([
    () => `2001:db8::${group()}`,
    () => `2001:db8:${group()}:${group()}::${group()}`,
    () => `2001:0db8:${[1, 2, 3, 4, 5, 6].map(() => group().padStart(4, '0')).join(':')}`,
    () => `fe80::${group()}:${group()}:${group()}:${group()}`,
    () => `fd00:${group()}::${group()}`,
    () => `::ffff:${ipv4(random)}`,
    () => `2001:DB8:${group().toUpperCase()}::1`,
  ])();
}

export const ip: Family = growFamily({
  reason: 'ip',
  seed: 5,
  written: {
    positives: `
      192.0.2.1
      192.0.2.1:8080
      tcp://192.0.2.1:6379
      198.51.100.0/24
      x-192.0.2.1-y
      203.0.113.9,10.0.0.1
      2001:db8::1
      [2001:db8::1]:443
      2001:db8::/32
      fe80::1%eth0
      ::1
      ::ffff:192.0.2.128
      2001:0db8:85a3:0000:0000:8a2e:0370:7334
      from 192.0.2.1 to 198.51.100.7
      127.0.0.1
      0.0.0.0
      255.255.255.255
      010.001.002.003
    `,
    hardNegatives: `
      1.2.3
      1.2.3.4.5
      v1.2.3.4
      10.0.19041.1
      120.0.6099.109
      256.1.1.1
      1.2.3.
      12:30:45
      std::vector
      Foo::Bar::baz
      a:b:c
      1:2:3:4
      ::
      08:00:2b:01:02:03
      crate::module::Type
      2024.01.31
      Chrome/120.0.6099.109
      4.18.0-553.el8
      1.3.6.1.4.1.311
      2:1
      http2
      ipv4
      99.99.999.99
      9.8.7.6.5.4
      3.14.15
      5.4.0.v20230131
    `,
  },
  makePositive: (random) => embedded(random, random.below(2) === 0 ? ipv4(random) : ipv6(random)),
  makeHardNegative: (random) =>
    random.pick([
      () => `${random.below(30)}.${random.below(30)}.${random.below(300)}`,
      () => `${random.below(300)}.0.${1000 + random.below(9000)}.${random.below(300)}`,
      () => `v${random.below(9)}.${random.below(30)}.${random.below(30)}.${random.below(30)}`,
      () => `1.3.6.1.${random.below(9)}.1.${random.below(999)}`,
      () => `${random.below(24)}:${10 + random.below(50)}:${10 + random.below(50)}`,
      () => `${word(random)}::${word(random)}`,
      () => `${word(random)}:${word(random)}:${random.below(99)}`,
      () => `${random.below(9)}.${random.below(9)}.${random.below(9)}-${random.below(9)}.${word(random)}`,
      // A version of four small numbers has the form of an address: the detector takes it for one.
      () => (random.below(6) === 0 ? `4.8.${random.below(9)}.${random.below(9)}` : `4.8.${random.below(99)}`),
      () => ordinary(random),
    ])(),
});

function pairs(random: Random, count: number): string[] {
  return Array.from({ length: count }, () => random.text(2, HEX));
}

export const mac: Family = growFamily({
  reason: 'mac',
  seed: 6,
  written: {
    positives: `
      00:00:5e:00:53:01
      00-00-5E-00-53-01
      0000.5e00.5301
      00:00:5E:00:53:FF
      eth0/00:00:5e:00:53:01
      02:00:5e:10:00:00:00:01
      [00:00:5e:00:53:af]
      dev=00-00-5e-00-53-2a
      00:53:00:12:34:56
    `,
    hardNegatives: `
      00:00:5e:00:53
      00:00:5e:00:53:01:02
      24-01-31-12-30-59
      2024-01-31-12-30-59
      a1b2c3d4e5f6
      12:30:45
      0000.5e00
      aa:bb:cc
      SHA1:aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd
      1234.5678.9012
      de:ad:be:ef
      00:00:5g:00:53:01
      en-us-gb-de-fr-it
    `,
  },
  makePositive: (random) => {
    const text = random.pick([
      () => ['00', '00', '5e', '00', '53', random.text(2, HEX)].join(':'),
      () => pairs(random, 6).join(':'),
      () => pairs(random, 6).join('-'),
      () => pairs(random, 8).join(':'),
      () => [1, 2, 3].map(() => random.text(4, HEX)).join('.'),
    ])();
    return embedded(random, random.below(3) === 0 ? text.toUpperCase() : text);
  },
  makeHardNegative: (random) =>
    random.pick([
      () => pairs(random, 4 + (random.below(2) === 0 ? 0 : 1)).join(':'),
      () => pairs(random, 16 + random.below(5)).join(':'),
      () => random.text(12, HEX),
      () => [1, 2, 3, 4, 5, 6].map(() => String(10 + random.below(50))).join('-'),
      () => `20${10 + random.below(15)}-${10 + random.below(3)}-${10 + random.below(18)}-11-22-33`,
      () => [1, 2].map(() => random.text(4, HEX)).join('.'),
      () => [1, 2, 3].map(() => random.digits(4)).join('.'),
      () => pairs(random, 6).join('_'),
      () => ordinary(random),
    ])(),
});

export const urlQuery: Family = growFamily({
  reason: 'url-query',
  seed: 7,
  written: {
    positives: `
      /search?q=shoes
      https://example.com/?token=abc
      https://example.com/a/b?x=1&y=2
      example.com/reset?code=1234
      /files/report.pdf?X-Amz-Signature=00ff
      /a?b[]=c
      %2Fsearch%3Fq%3Dshoes
      https://example.com/find?shoes
      GET /orders?page=2 HTTP/1.1
      /oauth/callback?state=xyz&code=00
      http://localhost:3000/?debug=true
      /a/?b=
      ws://example.com/socket?room=7
    `,
    hardNegatives: `
      /files/:name?
      what?
      is it ok?
      SELECT * FROM jobs WHERE id = ?
      a ? b = c : d
      /users/:id/orders/:order?
      colou?r
      /search
      x==y?
      /a/b#top
      ??
      is_ready?
      a?b
      why? because=x
      /items/(\\d+)?
      en;q=0.9
      key=value
      ?
    `,
  },
  makePositive: (random) => {
    const path = `/${word(random)}/${word(random)}`;
    const query = `${word(random)}=${random.text(1 + random.below(12), '0123456789abcdef')}`;
    return random.pick([
      `${path}?${query}`,
      `https://example.com${path}?${query}&${word(random)}=1`,
      `http://${word(random)}.example.org:8080/?${query}`,
      `GET ${path}?${query}`,
      `"${path}/?${query}"`,
      `${path}/${random.below(99)}?${query}#top`,
    ]);
  },
  makeHardNegative: (random) =>
    random.pick([
      () => `/${word(random)}/:${word(random)}?`,
      () => `/${word(random)}/:${word(random)}?/${word(random)}`,
      () => `https://example.com/${word(random)}/${word(random)}`,
      () => `${word(random)} = ?`,
      () => `${word(random)}? ${word(random)}=${random.below(9)}`,
      () => `${word(random)}=${word(random)}&${word(random)}=1`,
      () => `/${word(random)}#${word(random)}`,
      () => `${word(random)}?`,
      () => ordinary(random),
    ])(),
});
