import { newSecret } from '../base/index.ts';
import type { Store } from '../store/index.ts';
import { tokenId } from './adapters/adapter.ts';
import { noWrites } from './unit-of-work.ts';

/** Lets somebody register one client (RFC 7591 section 3). @param lifetime seconds. @returns the token, which is kept as a digest only. */
export type MintInitialAccessToken = (lifetime: number) => Promise<string>;

export function createMintInitialAccessToken({
  tokens,
  now,
}: {
  tokens: Pick<Store['tokens'], 'commit'>;
  /** Seconds since the epoch. */
  now: () => number;
}): MintInitialAccessToken {
  return async (lifetime) => {
    const value = newSecret();
    const [issuedAt, expiresAt] = [now(), now() + lifetime];
    const kind = 'InitialAccessToken';
    const token = { id: tokenId(value), kind, payload: { kind, iat: issuedAt, exp: expiresAt }, expiresAt };
    await tokens.commit({ ...noWrites(), tokens: [token] });
    return value;
  };
}
