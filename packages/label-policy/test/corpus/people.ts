import { embedded, type Family, growFamily } from './family.js';
import type { Random } from './random.js';
import { ordinary, word } from './words.js';

/** Names of nobody: the placeholders of documentation. */
const NAMES =
  'jane john alice bob carol dave erin frank grace heidi ivan judy mallory niaj olivia peggy'.split(' ');
const DOMAINS =
  'example.com example.org example.net mail.example.com test.example.co.uk xn--bcher-kva.example'.split(' ');

export const email: Family = growFamily({
  reason: 'email',
  seed: 8,
  written: {
    positives: `
      jane@example.com
      JANE.DOE@EXAMPLE.COM
      jane+tag@example.com
      jane%40example.com
      Jane Doe <jane@example.com>
      mailto:jane@example.com
      "jane doe"@example.com
      jane@mail.example.co.uk
      o'neil@example.org
      jane_doe-1@sub-domain.example.com
      jäne@example.com
      jane@bücher.example
      用户@例子.example
      jane＠example.com
      /u/jane@example.com/edit
      user=jane@example.com;role=admin
      1234@example.com
      j@example.museum
    `,
    hardNegatives: `
      root@localhost
      npm@10.2.0
      @scope/package
      @scope/package@1.2.3
      logo@2x.png
      image@sha256:0011
      postgres@15
      user@host
      a @ b.com
      @example.com
      jane@
      jane@.com
      jane at example.com
      @promshard/writer@0.1.0
      worker@%h
      app@3.example-2
      example.com
      10@20.30
      icons@3x.webp
      actions/checkout@v4
    `,
  },
  makePositive: (random) => {
    const name = random.pick(NAMES);
    const local = random.pick([name, `${name}.doe`, `${name}+${word(random)}`, `${name}${random.below(99)}`]);
    const text = `${local}${random.below(8) === 0 ? '%40' : '@'}${random.pick(DOMAINS)}`;
    return embedded(random, random.below(4) === 0 ? text.toUpperCase() : text);
  },
  makeHardNegative: (random) =>
    random.pick([
      () => `${word(random)}@${random.below(30)}.${random.below(30)}.${random.below(30)}`,
      () => `@${word(random)}/${word(random)}@${random.below(9)}.0.0`,
      () => `${random.pick(NAMES)}@localhost`,
      () => `${word(random)}@${random.below(4)}x.png`,
      () => `${word(random)}@sha256:${random.text(8, '0123456789abcdef')}`,
      () => `${word(random)}@${word(random)}`,
      () => `${word(random)} @ ${word(random)}.example`,
      () => `@${word(random)}.${word(random)}`,
      () => `${word(random)}@v${random.below(9)}.${random.below(9)}`,
      () => ordinary(random),
    ])(),
});

/** Numbers set aside for fiction: 555-0100 to 0199, Ofcom's 01632 960000 to 960999 and 020 7946 0000 to 0999. */
function phoneNumber(random: Random): string {
  const line = `01${random.digits(2)}`;
  const three = random.digits(3);
  return random.pick([
    `+1 212 555 ${line}`,
    `+1-212-555-${line}`,
    `+1212555${line}`,
    `(212) 555-${line}`,
    `212-555-${line}`,
    `212.555.${line}`,
    `1-800-555-${line}`,
    `01632 960${three}`,
    `+44 1632 960${three}`,
    `+441632960${three}`,
    `020 7946 0${three}`,
    `(020) 7946 0${three}`,
    `+44 (0)20 7946 0${three}`,
    `00441632960${three}`.replace('0044', '0044 '),
    `+49 30 23125 ${three}`,
    `030/23125${three}`,
    `+33 1 99 00 ${random.digits(2)} ${random.digits(2)}`,
    `+61 2 5550 ${random.digits(4)}`,
    `tel:+1-201-555-${line}`,
  ]);
}

export const phone: Family = growFamily({
  reason: 'phone',
  seed: 9,
  written: {
    positives: `
      +1 (212) 555-0123
      +12125550123
      212-555-0123
      (212) 555-0123
      1-212-555-0123
      +44 20 7946 0958
      020 7946 0958
      tel:+442079460958
      call +1.212.555.0199 now
      0049 30 23125 123
      011 44 20 7946 0958
      +33 1 99 00 12 34
      01632 960123
    `,
    hardNegatives: `
      +02:00
      +0200
      2024-01-31
      2024-01-31T12:00:00+0200
      1.2.3+20240131
      978-3-16-148410-0
      12345-6789
      100-200
      +1
      1-2-3
      10-20-3000
      p50-p90-p99
      123-456-789
      00:11:22
      0.5-0.9
      2001:db8::1
      +Inf
      1e+10
      C++17
      60 120 300
      8080-8090
      3840x2160
      c++11 c++14 c++17
      000-123-4567
      111-111-1111
    `,
  },
  makePositive: (random) => embedded(random, phoneNumber(random)),
  makeHardNegative: (random) =>
    random.pick([
      () => `20${random.digits(2)}-${10 + random.below(3)}-${10 + random.below(18)}`,
      () => `${random.below(9)}.${random.below(30)}.${random.below(30)}+${random.digits(8)}`,
      () => `UTC+${random.below(12)}`,
      () => `978-${random.digits(1)}-${random.digits(2)}-${random.digits(6)}-${random.digits(1)}`,
      () => `${random.digits(3)}-${random.digits(2)}-${random.digits(3)}`,
      () => `${1000 + random.below(9000)}-${1000 + random.below(9000)}`,
      () => `${random.below(999)}-${random.below(999)}`,
      () => `1e+${random.below(300)}`,
      () => `+${random.below(999)}`,
      () => `1${random.digits(2)}-${random.digits(3)}-${random.digits(4)}`,
      () => ordinary(random),
    ])(),
});

export const homePath: Family = growFamily({
  reason: 'home-path',
  seed: 10,
  written: {
    positives: `
      /home/jane/app.log
      /home/jane/.ssh/id_rsa
      /Users/jane/Documents/report.pdf
      C:\\Users\\jane\\AppData\\Local\\app
      C:/Users/jane/file.txt
      c:\\users\\jane\\x
      file:///home/jane/x
      ~/notes.txt
      ~jane/public_html/index.html
      /root/.bashrc
      %USERPROFILE%\\x
      $HOME/x
      \\\\fileserver\\Users\\jane\\x
      C:\\Documents and Settings\\jane\\x
      open '/home/jane/data.csv'
      /export/home/jane/x
      at /home/jane/app/src/index.js:10:5
      path=/home/jane/x
    `,
    hardNegatives: `
      /home
      /home/
      /home/:id
      /home/:id/edit
      /users/:id
      /users/42/orders
      /api/home/banner/list
      /Users/{id}/groups
      /scim/v2/Users/{id}
      /var/log/app.log
      /srv/home.html
      C:\\Program Files\\app
      ~
      ~1.2.3
      /etc/passwd
      /usr/local/bin
      HOME
      /homepage/hero/title
      user-home/jane/x
      /root
      /rooted/tree
      ^1.0 || ~2.0/x
      /home/dashboard/widgets
      C:\\Users\\Public\\x
      a~b/c
    `,
  },
  makePositive: (random) => {
    const name = random.pick(NAMES);
    const file = `${word(random)}/${word(random)}.${random.pick(['log', 'csv', 'js'])}`;
    return random.pick([
      `/home/${name}/${file}`,
      `/home/${name}.doe/${file}`,
      `/Users/${name}/${file}`,
      `C:\\Users\\${name}\\${word(random)}\\x.txt`,
      `D:/Users/${name}/${file}`,
      `~${name}/${file}`,
      `~/${file}`,
      `file:///Users/${name}/${file}`,
      `cannot open '/home/${name}/${file}'`,
      `at /home/${name}/app/${word(random)}.js:${random.below(99)}`,
    ]);
  },
  makeHardNegative: (random) =>
    random.pick([
      () => `/users/${random.below(99)}/${word(random)}`,
      () => `/home/:${word(random)}/${word(random)}`,
      () => `/api/home/${word(random)}/${word(random)}`,
      () => `/${word(random)}/home/${word(random)}/${word(random)}`,
      () => `/var/lib/${word(random)}/${word(random)}`,
      () => `/opt/${word(random)}/Users.${word(random)}`,
      () => `C:\\${word(random)}\\${word(random)}`,
      () => `~${random.below(9)}.${random.below(9)}.0`,
      () => `/home/${word(random)}`,
      () => `/Users/:${word(random)}/${word(random)}`,
      // A route of a site's home page has the form of somebody's directory: the detector takes it for one.
      () => (random.below(5) === 0 ? `/home/${word(random)}/${word(random)}` : `/homes/${word(random)}/x`),
      () => ordinary(random),
    ])(),
});
