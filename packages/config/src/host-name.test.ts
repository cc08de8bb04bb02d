import { describe, expect, test } from 'vitest';

import { hostComplaint } from './host-name.js';

describe('hostComplaint', () => {
  test.each([
    '127.0.0.1',
    '0.0.0.0',
    '::',
    '::1',
    'fe80::1%eth0',
    '::ffff:127.0.0.1',
    'localhost',
    'localhost.',
    'metrics.example.com',
    'worker_exporter',
    'a-b.c1',
    '3com.example',
    'xn--bcher-kva.example',
    `${'a'.repeat(63)}.example`,
    'unix:/run/promshard/exporter.sock',
  ])('accepts %s', (host) => {
    expect(hostComplaint(host)).toBeUndefined();
  });

  test.each([
    ['', 'is neither an IP address nor a host name'],
    ['.', 'is neither an IP address nor a host name'],
    ['a..b', 'is neither an IP address nor a host name'],
    ['-a', 'is neither an IP address nor a host name'],
    ['a-', 'is neither an IP address nor a host name'],
    ['a b', 'is neither an IP address nor a host name'],
    ['a/b', 'is neither an IP address nor a host name'],
    ['*', 'is neither an IP address nor a host name'],
    ['bücher.example', 'is neither an IP address nor a host name'],
    [`${'a'.repeat(64)}.example`, 'is neither an IP address nor a host name'],
    ['a.'.repeat(127), 'is longer than 253 characters'],
    ['http://localhost', 'is a URL, not a host'],
    ['[::1]', 'has brackets, which belong to URLs only'],
    ['[::1]:9108', 'has brackets, which belong to URLs only'],
    ['localhost:9108', 'has a colon but is no IPv6 address; the port has its own variable'],
    ['fe80::1::2', 'has a colon but is no IPv6 address; the port has its own variable'],
    ['127.0.0', 'ends in a number but is no IPv4 address'],
    ['256.0.0.1', 'ends in a number but is no IPv4 address'],
    ['127.0.0.0x1', 'ends in a number but is no IPv4 address'],
    ['unix:run/x.sock', 'names a Unix socket by a relative path'],
    ['unix:', 'names a Unix socket by a relative path'],
    ['unix:/run/', 'names a directory, not a Unix socket'],
    ['unix:/run/\0x', 'has a NUL in the path of its Unix socket'],
    [`unix:/${'a'.repeat(103)}`, 'names a Unix socket by more than 103 bytes'],
    ['9108', 'ends in a number but is no IPv4 address'],
  ])('says of %j that it %s', (host, complaint) => {
    expect(hostComplaint(host)).toBe(complaint);
  });
});
