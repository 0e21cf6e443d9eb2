import {
  type ArrivedIdentity,
  type Identity,
  type IdentityKey,
  type LinkIdentity,
  parseEmail,
  type RegisterUser,
  type User,
  type UserChanges,
} from '../accounts/index.ts';
import { type Clock, epochSeconds } from '../base/index.ts';
import type { UpstreamIdentity } from '../verifiers/index.ts';
import { domainOf, type IdentityProvider } from './identity-provider.ts';
import { type MethodContext, type MethodOutcome, refused } from './method.ts';
import { attributesOf, refreshed } from './upstream-attributes.ts';
import { upstreamEvidence } from './upstream-evidence.ts';

export interface FederatedArrivalNeeds {
  findIdentity: (key: IdentityKey) => Promise<{ identity: Identity; user: User } | undefined>;
  noteIdentityUse: (id: string, use: { email?: string | undefined; sid?: string | undefined }) => Promise<void>;
  findUserByEmail: (email: string) => Promise<User | undefined>;
  updateUser: (id: string, changes: UserChanges) => Promise<unknown>;
  registerUser: RegisterUser;
  linkIdentity: LinkIdentity['link'];
  clock: Clock;
}

/** Somebody whom a provider has vouched for, and the provider. */
export interface Arrival {
  provider: IdentityProvider;
  upstream: UpstreamIdentity;
}

export interface FederatedArrival {
  /** Whose identity it is. Undefined when it is nobody's yet. */
  known(arrival: Arrival): Promise<MethodOutcome | undefined>;
  /**
   * Somebody new, whose mailbox is proven: an account is made, unless the address has one. Then they have to prove that it
   * is theirs: an address never identifies, whoever vouches for it.
   *
   * @param here the mailbox was read in this very sign-in, and the provider said nothing about it
   */
  newcomer(arrival: Arrival, email: string, here: boolean, context: MethodContext): Promise<MethodOutcome>;
  /** Somebody who is signed in adds it to their account: whose it is already, it stays. */
  addition(arrival: Arrival, userId: string): Promise<MethodOutcome>;
}

export function createFederatedArrival(needs: FederatedArrivalNeeds): FederatedArrival {
  const { findIdentity, noteIdentityUse, findUserByEmail, updateUser, registerUser, linkIdentity, clock } = needs;

  const keyOf = ({ provider, upstream: { issuer, subject } }: Arrival) => ({ provider: provider.id, issuer, subject });

  async function proven({ provider, upstream }: Arrival, userId: string, identityId: string): Promise<MethodOutcome> {
    await noteIdentityUse(identityId, { email: addressIn(upstream), sid: upstream.sid });
    return { ok: true, userId, evidence: upstreamEvidence(upstream, provider, identityId, epochSeconds(clock)) };
  }

  async function known(arrival: Arrival): Promise<MethodOutcome | undefined> {
    const found = await findIdentity(keyOf(arrival));
    if (!found) return undefined;
    const { identity, user } = found;
    const changes = refreshed(user, arrival.upstream.claims, arrival.provider);
    if (changes) await updateUser(user.id, changes);
    return proven(arrival, user.id, identity.id);
  }

  const arrivedBy = (arrival: Arrival): ArrivedIdentity => ({
    ...keyOf(arrival),
    providerName: arrival.provider.name,
    email: addressIn(arrival.upstream),
  });

  return {
    known,

    async addition(arrival, userId) {
      const found = await findIdentity(keyOf(arrival));
      if (found) return refused('', found.user.id === userId ? 'identity_known' : 'identity_taken');
      return { ok: 'link', owner: userId, identifier: '', identity: arrivedBy(arrival) };
    },

    async newcomer(arrival, email, here, context) {
      const { provider, upstream } = arrival;
      const { client, ip, lang, userAgent } = context;
      const identity = arrivedBy(arrival);
      const owner = await findUserByEmail(email);
      if (!owner) {
        if (!client.registration) return refused('', 'registration_closed');
        const collected = attributesOf(upstream.claims, provider);
        await registerUser({ ...collected, email, identity, clientId: client.id, terms: [], ip });
        // Another tab may have been quicker: whoever it is now, it is whom this identity belongs to.
        return (await known(arrival)) ?? refused('', 'provider_failed');
      }
      if (!here && owner.emailVerified && provider.trustEmail.includes(domainOf(email))) {
        const linked = await linkIdentity(owner, identity, 'trusted_email', { client, lang, ip, userAgent });
        return linked === undefined ? refused('', 'provider_failed') : proven(arrival, owner.id, linked);
      }
      return { ok: 'link', owner: owner.id, identifier: email, identity };
    },
  };
}

/** As the provider says it, verified or not. */
export function addressIn({ claims }: UpstreamIdentity): string | undefined {
  return typeof claims.email === 'string' ? parseEmail(claims.email) : undefined;
}
