import { errors } from 'oidc-provider';
import type { Store, StoredToken } from '../../store/index.ts';
import type { AdmitGrant, AdmittedGrant } from '../admit-grant.ts';
import type { Proof } from '../login-result.ts';
import { noWrites } from '../unit-of-work.ts';
import { type CurrentWork, type PartialAdapter, tokenId, withoutValue, withValue } from './adapter.ts';
import { rememberGrant } from './grant.ts';

export interface DurableTokenNeeds {
  tokens: Store['tokens'];
  work: CurrentWork;
  /** Seconds within which a client may ask again because the answer got lost; 0 for never (RFC 9700 section 4.14.2). */
  grace: (clientId: string) => number;
  /** The grant, if policy lets its person through at this moment. */
  admitted: AdmitGrant;
  /** What is proven at this moment. */
  proof: () => Promise<Proof>;
  now: () => number;
}

/**
 * Authorization codes, refresh tokens and registration tokens: one row each in PostgreSQL. Reading one reads its grant
 * and user with it; using one up is noted here and decided in the commit of the request.
 */
export function durableToken(kind: string, needs: DurableTokenNeeds): PartialAdapter {
  const { tokens, work, grace, admitted, proof, now } = needs;
  const find = (value: string) => work().once(`${kind}:${tokenId(value)}`, () => tokens.find(tokenId(value), kind));

  /** A used-up refresh token whose answer may have been lost on the way. */
  function mayRetry(token: StoredToken): boolean {
    if (kind !== 'RefreshToken' || token.consumedAt === undefined) return false;
    const allowed = grace(String(token.payload.clientId));
    return allowed > 0 && now() - token.consumedAt < allowed;
  }

  return {
    async find(value) {
      const token = await find(value);
      if (!token) return undefined;
      const grant = token.grant && (await admitted(token.grant));
      rememberGrant(work(), token.payload, grant);
      const payload = withValue(saidOf(token.payload, grant), value);
      return token.consumedAt === undefined || mayRetry(token) ? payload : { ...payload, consumed: token.consumedAt };
    },

    async upsert(value, payload, expiresIn) {
      const { consume, retry, proofs, tokens: issued } = work().writes;
      if (kind === 'AuthorizationCode' && payload.grantId)
        proofs.push({ grantId: payload.grantId, proof: await proof() });
      issued.push({
        id: tokenId(value),
        kind,
        grantId: payload.grantId,
        follows: kind === 'RefreshToken' ? (consume[0] ?? retry[0]) : undefined,
        payload: withoutValue(payload),
        expiresAt: expiresIn ? now() + expiresIn : undefined,
      });
    },

    async consume(value) {
      const token = await find(value);
      if (!token) throw new errors.InvalidGrant('it has expired');
      work().writes[mayRetry(token) ? 'retry' : 'consume'].push(tokenId(value));
    },

    destroy: (value) => tokens.remove(tokenId(value)),
  };
}

/** What is issued from it says of its person what still holds: a key that was removed since is in no new token. */
function saidOf(payload: StoredToken['payload'], grant: AdmittedGrant | undefined): StoredToken['payload'] {
  const { acr, amr = [] } = grant?.assurance ?? {};
  const said = Array.isArray(payload.amr) ? payload.amr : [];
  return grant && said.some((one) => !amr.includes(String(one))) ? { ...payload, acr, amr } : payload;
}

/** Uses a token up by itself; false when somebody did before. */
export async function spendToken(store: Store, value: string): Promise<boolean> {
  return (await store.tokens.commit({ ...noWrites(), consume: [tokenId(value)] })).consumed;
}
