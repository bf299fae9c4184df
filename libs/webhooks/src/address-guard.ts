import { BlockList, isIP } from 'node:net';
import { BoxreelError } from '#errors';

/** Private networks that requests may reach, such as `10.1.0.0/16`; `all` disables the guard. */
export type AllowedNetworks = 'all' | readonly string[];

/** The host is not public. The message names no address, which would reveal the internal network to clients. */
export class AddressNotPublicError extends BoxreelError {
  /** @param setting allows exceptions */
  constructor(host: string, setting: string) {
    super('NOT_PUBLIC', `${host} is not a public address (${setting} allows exceptions)`);
  }
}

/**
 * IPv4 networks that are not public: entries of IANA's IPv4 Special-Purpose Address Registry that are not globally
 * reachable, multicast (RFC 5771), and metadata services of clouds at public addresses.
 * https://www.iana.org/assignments/iana-ipv4-special-registry
 */
const NOT_PUBLIC_V4 = [
  '0.0.0.0/8', // this network, RFC 791
  '10.0.0.0/8', // private, RFC 1918
  '100.64.0.0/10', // shared between a provider and its customers (CGNAT), RFC 6598
  '127.0.0.0/8', // loopback, RFC 1122
  '169.254.0.0/16', // link-local, RFC 3927; cloud metadata services use 169.254.169.254
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments, RFC 6890
  '192.0.2.0/24', // documentation, RFC 5737
  '192.88.99.0/24', // 6to4 relays, RFC 7526
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks, RFC 2544
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, RFC 1112; broadcast
  '168.63.129.16', // Azure's platform, reachable only from its virtual machines
];

/**
 * Contains all public IPv6 addresses (RFC 4291, section 2.4), but not loopback, link-local, unique local, multicast, and
 * addresses that embed IPv4: mapped (`::ffff:0:0/96`) and NAT64 (`64:ff9b::/96`).
 */
const GLOBAL_UNICAST_V6 = '2000::/3';

/** Networks within it that are not public. https://www.iana.org/assignments/iana-ipv6-special-registry */
const NOT_PUBLIC_V6 = [
  '2001::/23', // protocol assignments, RFC 2928, including Teredo, ORCHID and benchmarks
  '2001:db8::/32', // documentation, RFC 3849
  '2002::/16', // 6to4, which embeds an IPv4 address, RFC 3056
  '3fff::/20', // documentation, RFC 9637
];

const globalV6 = listOf([GLOBAL_UNICAST_V6]);
const notPublic = listOf([...NOT_PUBLIC_V4, ...NOT_PUBLIC_V6]);

/** Decides which addresses requests may reach that users choose, against server-side request forgery (SSRF). */
export class AddressGuard {
  private readonly exceptions: BlockList | undefined;

  /** @param setting where `allowed` comes from, for errors */
  constructor(
    allowed: AllowedNetworks = [],
    private readonly setting = 'WEBHOOK_ALLOW_PRIVATE',
  ) {
    this.exceptions = allowed === 'all' ? undefined : listOf(allowed);
  }

  /** @param address IPv4 or IPv6, as returned by a resolver; anything else is not allowed */
  allows(address: string): boolean {
    const version = isIP(address);
    if (version === 0) return false;
    const family = version === 4 ? 'ipv4' : 'ipv6';
    if (this.exceptions?.check(address, family) ?? true) return true;
    return !notPublic.check(address, family) && (version === 4 || globalV6.check(address, family));
  }

  /** @throws AddressNotPublicError if the host of a URL is a blocked address or a localhost name */
  checkHost(host: string): void {
    const address = host.replace(/^\[|\]$/g, '');
    const local = /(^|\.)localhost\.?$/i.test(host); // RFC 6761, section 6.3
    if ((isIP(address) !== 0 && !this.allows(address)) || (local && !this.allows('127.0.0.1'))) {
      throw this.refusal(host);
    }
  }

  /** The error for a host that is not public. */
  refusal(host: string): AddressNotPublicError {
    return new AddressNotPublicError(host, this.setting);
  }
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const v4 = isIP(address) === 4;
    list.addSubnet(address, Number(bits ?? (v4 ? 32 : 128)), v4 ? 'ipv4' : 'ipv6');
  }
  return list;
}
