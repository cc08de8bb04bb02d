import { describe, expect, test } from 'vitest';

import { bindAddress, listenAddress, parsePermitted } from './permitted-addresses.js';

describe('exceptions', () => {
  test('are addresses with reasons', () => {
    const text =
      '127.0.0.1:9229=a debugger; unix:/run/health.sock=health checks;udp:*:8125=statsd; inspector=profiling';
    expect([...parsePermitted(text)]).toEqual([
      ['127.0.0.1:9229', 'a debugger'],
      ['unix:/run/health.sock', 'health checks'],
      ['udp:*:8125', 'statsd'],
      ['inspector', 'profiling'],
    ]);
    expect(parsePermitted(undefined).size).toBe(0);
  });

  test.each(['127.0.0.1:80', '127.0.0.1:80=', '=a reason', 'everything=a reason', '127.0.0.1=a reason'])(
    'cannot be %s',
    (text) => {
      expect(() => parsePermitted(text)).toThrow(/PROMSHARD_ALLOW_LISTEN has an entry/);
    },
  );
});

test.each([
  [[80], '*:80'],
  [['80'], '*:80'],
  [[80, '::1'], '::1:80'],
  [[80, () => undefined], '*:80'],
  [[() => undefined], '*:0'],
  [[], '*:0'],
  [[{ port: 80, host: '127.0.0.1' }], '127.0.0.1:80'],
  [['/run/a.sock'], 'unix:/run/a.sock'],
  [[{ path: '/run/a.sock' }], 'unix:/run/a.sock'],
  [[{ fd: 3 }], 'handle'],
])('listen(%j) is on %s', (args, address) => {
  expect(listenAddress(args)).toBe(address);
});

test.each([
  [[8125], 'udp:*:8125'],
  [[{ port: 8125, address: '127.0.0.1' }], 'udp:127.0.0.1:8125'],
  [[], 'udp:*:0'],
])('bind(%j) is on %s', (args, address) => {
  expect(bindAddress(args)).toBe(address);
});
