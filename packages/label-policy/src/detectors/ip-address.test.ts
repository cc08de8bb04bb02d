import { describe, expect, test } from 'vitest';

import { ipAddressDetector } from './ip-address.js';

describe('an IP address is found', () => {
  test.each([
    ['IPv4', '192.0.2.1'],
    ['small IPv4', '1.2.3.4'],
    ['the largest IPv4', '255.255.255.255'],
    ['IPv4 with leading zeros', '192.000.002.001'],
    ['IPv4 with a port', '192.0.2.1:8080'],
    ['an IPv4 network', '192.0.2.0/24'],
    ['IPv4 in a URL', 'http://192.0.2.1/x'],
    ['IPv4 after a prefix', 'host-192.0.2.1'],
    ['IPv4 after a word', 'srv192.0.2.1'],
    ['IPv4 before a suffix', '192.0.2.1.log'],
    ['IPv4 at the end of a sentence', 'from 192.0.2.1.'],
    ['the loopback IPv4', '127.0.0.1'],
    ['IPv6', '2001:db8:85a3:8d3:1319:8a2e:370:7348'],
    ['IPv6 in upper case', '2001:DB8::8A2E:370:7348'],
    ['IPv6 with zeros', '2001:0db8:0000:0000:0000:0000:0000:0001'],
    ['the loopback IPv6', '::1'],
    ['IPv6 that ends in a gap', 'fe80::'],
    ['IPv6 with seven groups and a gap', '1:2:3:4:5:6:7::'],
    ['IPv6 in brackets', '[2001:db8::1]'],
    ['IPv6 with a port', '[2001:db8::1]:8080'],
    ['IPv6 with a bare port', '2001:db8:0:0:0:0:0:1:8080'],
    ['IPv6 with a zone', 'fe80::1%eth0'],
    ['an IPv6 network', '2001:db8::/32'],
    ['IPv4 in IPv6', '::ffff:192.0.2.1'],
    ['IPv4 in IPv6, as hex', '::ffff:c000:201'],
    ['NAT64', '64:ff9b::192.0.2.33'],
    ['IPv6 in a URL', 'http://[2001:db8::1]/x'],
    ['IPv6 after a prefix', 'peer-2001:db8::1'],
    ['IPv6 after an underscore', 'peer_2001:db8::1_retry'],
    ['IPv6 after a key', 'ip:2001:db8::1'],
    ['IPv6 after a key that ends in hex digits', 'node:2001:db8::1'],
    ['the loopback IPv6 after a key', 'ip:::1'],
    ['a full IPv6 after a hex word', 'x-dead:2001:db8:0:0:0:0:0:1'],
    ['IPv6 before a word', '2001:db8::1:web'],
    ['IPv6 before a suffix', '2001:db8::1.log'],
    ['IPv6 of letters alone', 'dead::beef'],
  ])('%s', (_what, value) => {
    expect(ipAddressDetector.found(value)).toBe(true);
  });
});

describe('no IP address is', () => {
  test.each([
    ['nothing', ''],
    ['a version of three numbers', '1.2.3'],
    ['a system version', '10.15.7'],
    ['a marked version of four numbers', 'v1.2.3.4'],
    ['a marked version in a name', 'app-V1.2.3.4'],
    ['a browser version', 'Chrome/120.0.6099.109'],
    ['a version of five numbers', '1.2.3.4.5'],
    ['an object identifier', '1.3.6.1.4.1.2021'],
    ['four numbers, one too large', '1.2.3.256'],
    ['four numbers, one too long', '1.2.3.4000'],
    ['dots without numbers', '1..2.3'],
    ['a decimal', '3.14'],
    ['a date', '21.11.2026'],
    ['a time', '12:34:56'],
    ['a time with date', '2026-11-21T12:34:56'],
    ['a MAC address', '00:1a:2b:3c:4d:5e'],
    ['a fingerprint', '43:51:43:a1:b5:fc:8b:b7:0a:3a:a9:b1:0f:66:73:a8'],
    ['a scope', 'std::vector'],
    ['a scope that begins in hex', 'face::Book'],
    ['a scope that ends in hex', 'Task::Add'],
    ['nested scopes', 'Api::Bad::Cab'],
    ['a numbered scope', 'queue::1'],
    ['the unspecified IPv6 address, which is nobody', '[::]:8080'],
    ['a bare gap', 'a :: b'],
    ['three colons', 'x ::: y'],
    ['a key and a value', 'cafe:babe'],
    ['groups that are too long', '20011::1'],
    ['two gaps', '1::2::3'],
    ['seven groups', '1:2:3:4:5:6:7'],
    ['a host with a port', 'localhost:9108'],
    ['a ratio', '16:9'],
    ['a Redis key', 'bull:emails:wait'],
    ['a Windows path', 'C:\\Users'],
  ])('%s', (_what, value) => {
    expect(ipAddressDetector.found(value)).toBe(false);
  });
});
