import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';

/** Where a request came from: the address, and the network that limits count by (IPv6 customers get a /64). */
export interface ClientAddress {
  ip: string;
  network: string;
}

/** Reads addresses; `X-Forwarded-For` counts only as far as it was written by a proxy the operator trusts. */
export type ReadClientAddress = (request: IncomingMessage) => ClientAddress;

/** @param trustedProxies CIDRs, checked when the configuration was read. */
export function createClientAddress({ trustedProxies }: { trustedProxies: readonly string[] }): ReadClientAddress {
  const ranges = trustedProxies.map((cidr) => ipaddr.parseCIDR(cidr));
  const trusted = (address: Address) =>
    ranges.some((range) => address.kind() === range[0].kind() && address.match(range));

  return (request) => {
    const { remoteAddress = '' } = request.socket;
    let address = parse(remoteAddress);
    const hops = String(request.headers['x-forwarded-for'] ?? '')
      .split(',')
      .map((hop) => hop.trim())
      .reverse();
    // From the nearest proxy outwards: the first address that no trusted proxy has is the person's.
    for (const hop of hops) {
      const further = address && trusted(address) ? parse(hop) : undefined;
      if (!further) break;
      address = further;
    }
    if (!address) return { ip: remoteAddress, network: remoteAddress };
    return { ip: address.toString(), network: networkOf(address) };
  };
}

type Address = ReturnType<typeof ipaddr.process>;

function parse(ip: string): Address | undefined {
  return ipaddr.isValid(ip) ? ipaddr.process(ip) : undefined;
}

function networkOf(address: Address): string {
  if (address.kind() === 'ipv4') return address.toString();
  return `${address.toNormalizedString().split(':').slice(0, 4).join(':')}::/64`;
}
