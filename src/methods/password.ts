import { type Clock, epochSeconds } from '../base/index.ts';
import type { FactorKind } from '../policy/index.ts';
import type { Hasher } from '../verifiers/index.ts';
import { refused, type SignInMethod } from './method.ts';

export interface PasswordNeeds {
  /** The user of an address and their hash, in one read; undefined hash for people without a password. */
  findByEmail: (email: string) => Promise<{ user: { id: string }; hash?: string; byMailbox?: boolean } | undefined>;
  hasher: Pick<Hasher, 'hash' | 'verify'>;
  /** Replaces a hash made with older parameters, unless it was changed meanwhile. */
  replaceHash: (userId: string, old: string, next: string) => Promise<unknown>;
  clock: Clock;
}

/** Something the person knows. Unknown addresses take the same way and the same time: a decoy is verified for them. */
export function passwordMethod({ findByEmail, hasher, replaceHash, clock }: PasswordNeeds): SignInMethod {
  return {
    name: 'password',
    choosable: true,
    guessesAt: ({ identifier }, { password }) => (password ? identifier : undefined),
    sendsTo: () => undefined,
    offered: (client) => client.methods.includes('password'),
    begin: async () => ({ view: 'sign-in/password', show: {}, remember: {} }),

    async complete({ identifier }, { password = '' }) {
      if (password === '') return refused('password', 'required');
      const found = await findByEmail(identifier ?? '');
      const { ok, needsRehash } = await hasher.verify(password, found?.hash);
      if (!ok || found?.hash === undefined) return refused('password', 'wrong_credentials');
      if (needsRehash) await replaceHash(found.user.id, found.hash, await hasher.hash(password));
      const at = epochSeconds(clock);
      // Whoever reads the mailbox can set a password: together they are still one kind of proof.
      const kind: FactorKind = found.byMailbox ? 'assertion' : 'knowledge';
      return {
        ok: true,
        userId: found.user.id,
        evidence: [{ by: 'password', kinds: [kind], amr: ['pwd'], phishingResistant: false, at }],
      };
    },
  };
}
