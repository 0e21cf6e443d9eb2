import { type Authenticator, RECOVERY_CODE } from '../accounts/index.ts';
import { type Clock, epochSeconds, newId, newReadableCode, type Sealing, tidyReadableCode } from '../base/index.ts';
import type { Evidence } from '../policy/index.ts';
import { type Factor, refused } from './factor.ts';

export interface RecoveryCodeNeeds {
  sealing: Sealing;
  /** Uses a code up: true once, for whoever is first. */
  useCode: (authenticatorId: string, macs: readonly string[]) => Promise<boolean>;
  /** How many were not used yet. */
  codesLeft: (authenticatorId: string) => Promise<number>;
  clock: Clock;
}

const HOW_MANY = 10;

/** Codes to be kept on paper, for when everything else is lost (NIST SP 800-63B-4 section 3.1.2, look-up secrets). */
export function recoveryCodeFactor({ sealing, useCode, codesLeft, clock }: RecoveryCodeNeeds): Factor {
  const macs = (id: string, code: string) => sealing.macs(tidyReadableCode(code), `recovery-code:${id}`);
  const evidence = (credential: string): Evidence => ({
    ...{ by: RECOVERY_CODE, kinds: ['possession'], amr: ['otp'], phishingResistant: false },
    ...{ at: epochSeconds(clock), credential },
  });
  const setOf = (authenticators: readonly Authenticator[]) =>
    // The newest, whose codes the person kept last.
    authenticators.findLast((one) => one.factor === RECOVERY_CODE);

  return {
    name: RECOVERY_CODE,
    gives: { kinds: ['possession'], phishingResistant: false },
    usable: (_user, authenticators) => setOf(authenticators) !== undefined,
    sendsTo: () => undefined,
    async begin(_context, authenticators) {
      const set = setOf(authenticators);
      return { view: 'factors/recovery-code', show: { left: set ? await codesLeft(set.id) : 0 }, remember: {} };
    },

    async complete(_context, { code = '' }, _remembered, authenticators) {
      if (code.trim() === '') return refused('code', 'required');
      const set = setOf(authenticators);
      if (!set || !(await useCode(set.id, macs(set.id, code)))) return refused('code', 'kept_code_wrong');
      return { ok: true, evidence: evidence(set.id) };
    },

    enrollment: {
      // Nobody proves with them what nothing else proves: they are offered beside something.
      offered: () => false,
      chosen: (_user, authenticators) => authenticators.length > 0,
      sendsTo: () => undefined,

      async begin() {
        const codes = Array.from({ length: HOW_MANY }, () => newReadableCode(3));
        return { view: 'enroll/recovery-code', show: { codes }, remember: { id: newId(), codes } };
      },

      /** Kept as they said; that they are written down proves nothing. */
      async complete(_context, _form, { id, codes }) {
        const recoveryCodeMacs = (codes as string[]).map((code) => macs(String(id), code)[0]);
        return { ok: true, evidence: [], authenticator: { id: String(id), recoveryCodeMacs } };
      },
    },
  };
}
