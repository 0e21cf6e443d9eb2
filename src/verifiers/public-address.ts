import ipaddr from 'ipaddr.js';

const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * True for addresses of the open internet: not private, loopback, link-local, shared (CGNAT), multicast, unique-local,
 * reserved, or one kind of address inside another (mapped, 6to4, NAT64, Teredo). For IPv6 only what is allotted as
 * global unicast (RFC 4291 section 2.4), which leaves out the old IPv4-compatible form.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || parsed.match(GLOBAL_UNICAST);
}
