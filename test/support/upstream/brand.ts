import type { StandIn } from './stand-in.ts';

/** A stand-in for a brand, as its console would have set it up for the house. */
export interface Brand extends StandIn {
  /** Fields of the provider in the house's file. */
  fields: Record<string, unknown>;
  /** Who signs in there from now on, in the brand's own words. */
  user(who: Record<string, unknown>): void;
}

export const SECRET = 'brand-secret-0123456789-0123456789';
/** Seconds since the epoch. */
export const now = () => Math.floor(Date.now() / 1000);
