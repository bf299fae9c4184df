import { AddressGuard, AddressNotPublicError } from './address-guard';
import { problemOfUrl } from './url';

const guard = new AddressGuard();

it.each([
  '8.8.8.8',
  '1.1.1.1',
  '172.32.0.1',
  '100.128.0.1',
  '2606:4700::1111',
  '2a00:1450:4001::8',
  '2620:4f:8000::1',
])('allows the public address %s', (address) => {
  expect(guard.allows(address)).toBe(true);
});

it.each([
  ['this network', '0.0.0.0'],
  ['private', '10.255.0.1'],
  ['private', '172.16.0.1'],
  ['private', '172.31.255.255'],
  ['private', '192.168.1.1'],
  ['CGNAT', '100.64.0.1'],
  ['Alibaba metadata, in CGNAT', '100.100.100.200'],
  ['loopback', '127.0.0.1'],
  ['loopback', '127.255.255.254'],
  ['link-local, cloud metadata', '169.254.169.254'],
  ['Azure platform', '168.63.129.16'],
  ['Oracle metadata', '192.0.0.192'],
  ['benchmarks', '198.19.0.1'],
  ['multicast', '224.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ['unspecified', '::'],
  ['loopback', '::1'],
  ['link-local', 'fe80::1'],
  ['link-local with a zone', 'fe80::1%lo'],
  ['unique local, AWS metadata', 'fd00:ec2::254'],
  ['multicast', 'ff02::1'],
  ['IPv4-mapped', '::ffff:127.0.0.1'],
  ['IPv4-mapped in hex', '::ffff:a9fe:a9fe'],
  ['IPv4-compatible', '::127.0.0.1'],
  ['NAT64', '64:ff9b::7f00:1'],
  ['local NAT64', '64:ff9b:1::a00:1'],
  ['6to4 of 127.0.0.1', '2002:7f00:1::1'],
  ['Teredo', '2001::1'],
  ['documentation', '2001:db8::1'],
  ['discard only', '100::1'],
  ['not an address', 'localhost'],
])('blocks addresses that are not public: %s, %s', (_, address) => {
  expect(guard.allows(address)).toBe(false);
});

it('allows only the named networks in addition', () => {
  const some = new AddressGuard(['10.1.0.0/16', 'fd00::/8', '127.0.0.1']);
  expect(
    ['10.1.2.3', 'fd12::1', '127.0.0.1', '::ffff:10.1.2.3', '8.8.8.8'].map((a) => some.allows(a)),
  ).toEqual(Array(5).fill(true));
  expect(['10.2.0.1', '127.0.0.2', 'fe80::1'].map((a) => some.allows(a))).toEqual([false, false, false]);
  expect(['127.0.0.1', '::1', '169.254.169.254'].map((a) => new AddressGuard('all').allows(a))).toEqual(
    Array(3).fill(true),
  );
});

it.each([
  'http://127.0.0.1/',
  'http://2130706433/',
  'http://0x7f.1/',
  'http://017700000001/',
  'http://127.0.0.1./',
  'https://[::1]:8443/x',
  'http://[::ffff:10.0.0.1]/',
  'http://[::ffff:a00:1]/',
  'http://localhost:27017/',
  'http://LOCALHOST./',
  'http://a.localhost/',
  'http://169.254.169.254/latest/meta-data/',
])('blocks %s in every notation', (url) => {
  expect(() => {
    guard.checkHost(new URL(url).hostname);
  }).toThrow(AddressNotPublicError);
  expect(problemOfUrl(url, guard)).toMatch(/is not a public address.*WEBHOOK_ALLOW_PRIVATE/);
  expect(problemOfUrl(url, new AddressGuard('all'))).toBeUndefined();
});

it.each([
  ['https://hooks.example/a?b=c', undefined],
  ['http://8.8.8.8:8080/', undefined],
  ['hooks.example', 'expected an http or https URL'],
  ['ftp://hooks.example/', 'expected an http or https URL'],
  ['file:///etc/passwd', 'expected an http or https URL'],
  ['https://user@hooks.example/', 'expected a URL without user name and password'],
  ['https://:secret@hooks.example/', 'expected a URL without user name and password'],
  [`https://hooks.example/${'ä'.repeat(1024)}`, 'expected at most 2048 bytes'],
])('checks %s', (url, problem) => {
  expect(problemOfUrl(url, guard)).toBe(problem);
});
