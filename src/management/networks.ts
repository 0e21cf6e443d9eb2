import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import type { JsonObject } from '../base/index.ts';
import type { Resource } from './resource.ts';

const networkSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must be lower-case letters, digits, - and _'),
  cidrs: z
    .array(
      z.string().refine((text) => ipaddr.isValidCIDR(text), 'must be a network in CIDR notation, such as 10.0.0.0/8'),
    )
    .min(1),
  /** The operator's own: a policy may ask for less there, by naming `trusted`. */
  trusted: z.boolean().default(false),
});

export type NetworkResource = z.output<typeof networkSchema>;

export const networks: Resource<NetworkResource & JsonObject> = {
  kind: 'network',
  section: 'networks',
  shape: { list: 'id' },
  schema: networkSchema as unknown as z.ZodType<NetworkResource & JsonObject>,
};

/** Which networks hold an address. */
export type NetworksOf = (ip: string) => { names: readonly string[]; trusted: boolean };

/** Ranges are read once; an address is compared with those of its own family. */
export function compileNetworks(all: readonly NetworkResource[]): NetworksOf {
  const ranges = all.flatMap(({ id, cidrs, trusted }) =>
    cidrs.map((cidr) => ({ id, trusted, range: ipaddr.parseCIDR(cidr) })),
  );
  return (ip) => {
    if (ranges.length === 0 || !ipaddr.isValid(ip)) return { names: [], trusted: false };
    const address = ipaddr.process(ip);
    const holding = ranges.filter(({ range }) => address.kind() === range[0].kind() && address.match(range));
    return { names: [...new Set(holding.map(({ id }) => id))], trusted: holding.some(({ trusted }) => trusted) };
  };
}
