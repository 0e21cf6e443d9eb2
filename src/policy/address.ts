import ipaddr from 'ipaddr.js';

/** Four bytes or sixteen; an IPv4 address written as IPv6 has four. */
export type Address = readonly number[];

/** Addresses that begin with the same `bits` bits. */
export interface Range {
  address: Address;
  bits: number;
}

/** An IPv6 address, or an IPv4 address in four decimal parts: the short forms mean different things to different programs. */
export function parseAddress(text: string): Address | undefined {
  const valid = ipaddr.IPv6.isValid(text) || ipaddr.IPv4.isValidFourPartDecimal(text);
  return valid ? ipaddr.process(text).toByteArray() : undefined;
}

/** `203.0.113.0/24`, or one address. */
export function parseRange(text: string): Range | undefined {
  const written = /^(.*)\/(\d{1,3})$/.exec(text);
  const [base, bits] = [written?.[1] ?? text, written?.[2]];
  const address = parseAddress(base);
  if (!address) return undefined;
  const most = address.length * 8;
  // ::ffff:10.0.0.0/104 are the first 104 bits of sixteen bytes, of which only the last four are left.
  const length = bits === undefined ? most : Number(bits) - (base.includes(':') && most === 32 ? 96 : 0);
  return length >= 0 && length <= most ? { address, bits: length } : undefined;
}

export function isIn({ address: base, bits }: Range, address: Address): boolean {
  if (base.length !== address.length) return false;
  return base.every((byte, index) => {
    const rest = Math.max(0, 8 - Math.max(0, bits - index * 8));
    return byte >> rest === (address[index] ?? 0) >> rest;
  });
}
