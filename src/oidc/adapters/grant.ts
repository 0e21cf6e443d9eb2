import type { JsonObject } from '../../base/index.ts';
import type { LiveGrant, Store } from '../../store/index.ts';
import type { Proof } from '../login-result.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { type CurrentWork, type PartialAdapter, withValue } from './adapter.ts';

const keyOf = (id: string) => `Grant:${id}`;
export const sessionKey = (uid: string) => `Session:${uid}`;
export const userKey = (id: string) => `User:${id}`;

/**
 * Keeps what a token's row brought along: its grant, its user, and whether its session lives. The library asks for each
 * of them by itself; they are answered from here.
 */
export function rememberGrant(work: UnitOfWork, payload: JsonObject, grant: LiveGrant | undefined): void {
  if (typeof payload.grantId === 'string') work.remember(keyOf(payload.grantId), grant);
  if (!grant) return;
  work.remember(userKey(grant.user.id), grant.user);
  const session = { accountId: grant.userId, authorizations: { [grant.clientId]: { grantId: grant.id } } };
  work.remember(sessionKey(grant.sessionUid), grant.sessionLives ? session : undefined);
}

export interface GrantNeeds {
  grants: Store['grants'];
  work: CurrentWork;
  /** The session of the request that is being answered. */
  sessionUid: () => string;
  /** What is proven at this moment. */
  proof: () => Promise<Proof>;
  now: () => number;
}

/** What a user allowed a client in one session. Ending it ends every code and token under it. */
export function grantAdapter({ grants, work, sessionUid, proof, now }: GrantNeeds): PartialAdapter {
  return {
    async find(id) {
      const grant = await work().once(keyOf(id), () => grants.find(id));
      if (grant) work().remember(userKey(grant.user.id), grant.user);
      return grant && withValue(grant.payload, id);
    },

    async upsert(id, payload, expiresIn = 1) {
      const { jti: _id, ...stored } = payload;
      const { accountId: userId, clientId } = stored;
      if (!userId || !clientId) throw new Error('a grant needs its user and client');
      const about = { id, userId, clientId, sessionUid: sessionUid() };
      work().writes.grants.push({ ...about, payload: stored, proof: await proof(), expiresAt: now() + expiresIn });
    },

    async destroy(id) {
      await grants.revoke(id);
    },
  };
}
