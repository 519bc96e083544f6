import { BlockList } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPrivateAddress } from '../../src/core/private-address.js';

test('addresses of this machine, of local networks and of no network at all are private', () => {
  const addresses = `127.0.0.1 0.0.0.0 10.1.2.3 100.64.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.168.1.1
    198.18.0.1 224.0.0.1 255.255.255.255 ::1 :: fe80::1 fe80::1%eth0 fc00::1 fd12:3456::1 ff02::1 [::1]
    ::ffff:127.0.0.1 ::ffff:7f00:1 ::127.0.0.1 64:ff9b::a00:1 2002:7f00:1:: 2001:db8::1 2001::1`;
  for (const address of addresses.split(/\s+/))
    expect([address, isPrivateAddress(address)]).toEqual([address, true]);
});

test('addresses of the internet are not', () => {
  for (const address of '1.1.1.1 172.15.255.255 172.32.0.0 100.63.0.1 2606:4700::1111 ::ffff:1.1.1.1'.split(
    ' ',
  )) {
    expect([address, isPrivateAddress(address)]).toEqual([address, false]);
  }
});

test('what is no address is not judged', () => {
  for (const text of [
    '',
    'hooks.slack.com',
    '1.2.3',
    '1.2.3.256',
    ':::',
    '1::2::3',
    'g::1',
    '1:2:3:4:5:6:7:8:9',
  ]) {
    expect([text, isPrivateAddress(text)]).toEqual([text, null]);
  }
});

test('agrees with the runtime about every IPv4 address', () => {
  const oracle = new BlockList();
  const subnets = `0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
    192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4`;
  for (const subnet of subnets.split(/\s+/)) {
    const [first = '', bits] = subnet.split('/');
    oracle.addSubnet(first, Number(bits), 'ipv4');
  }
  fc.assert(fc.property(fc.ipV4(), (address) => isPrivateAddress(address) === oracle.check(address, 'ipv4')));
});

test('reads every way of writing an IPv6 address', () => {
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      const whole = new URL(`http://[${address}]/`).hostname;
      return isPrivateAddress(address) === isPrivateAddress(whole) && isPrivateAddress(address) !== null;
    }),
  );
});
