import { accessPassMacs } from '../accounts/index.ts';
import { type Clock, epochSeconds, type Sealing } from '../base/index.ts';
import { type Factor, refused } from './factor.ts';

export interface AccessPassNeeds {
  sealing: Sealing;
  /** Uses it up: true once. */
  usePass: (userId: string, macs: readonly string[]) => Promise<boolean>;
  clock: Clock;
}

/** A temporary access pass, given by an administrator to somebody who lost everything else. */
export function accessPassFactor({ sealing, usePass, clock }: AccessPassNeeds): Factor {
  return {
    name: 'access-pass',
    gives: { kinds: ['possession'], phishingResistant: false },
    usable: ({ accessPass }) => accessPass === true,
    sendsTo: () => undefined,
    begin: async () => ({ view: 'factors/access-pass', show: {}, remember: {} }),

    async complete({ user }, { code = '' }) {
      if (code.trim() === '') return refused('code', 'required');
      if (!(await usePass(user.id, accessPassMacs(sealing, user.id, code)))) return refused('code', 'kept_code_wrong');
      const at = epochSeconds(clock);
      const proof = { by: 'access-pass', amr: ['otp'], phishingResistant: false, at };
      return { ok: true, evidence: { ...proof, kinds: ['possession'] } };
    },
  };
}
