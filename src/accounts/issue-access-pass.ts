import type { Recorder } from '../audit/index.ts';
import { newReadableCode, type Sealing, tidyReadableCode } from '../base/index.ts';
import type { Store } from '../store/index.ts';

/**
 * Gives somebody who lost everything one way in: good once, and not for long. A new one voids the one before.
 *
 * @param by who gave it, for the record. @param minutes 60 unless told, at most a day
 * @returns the pass, which is kept as a MAC only; undefined when there is no such user
 */
export type IssueAccessPass = (userId: string, by: string, minutes?: number) => Promise<string | undefined>;

export interface IssueAccessPassNeeds {
  store: Pick<Store, 'tx'>;
  sealing: Sealing;
  recorder: Recorder;
}

const LONGEST = 24 * 60;

export function createIssueAccessPass({ store, sealing, recorder }: IssueAccessPassNeeds): IssueAccessPass {
  return (userId, by, minutes = 60) =>
    store.tx(async (within) => {
      const pass = newReadableCode(4);
      const codeMac = accessPassMacs(sealing, userId, pass)[0];
      const ttl = Math.min(minutes, LONGEST) * 60;
      if (!(await within.accessPasses.issue({ userId, codeMac, issuedBy: by, ttl }))) return undefined;
      await recorder.within(within, { type: 'access_pass.issued', userId, data: { by } });
      return pass;
    });
}

/** Of a pass as it was typed, under each secret; a pass of somebody else is none. */
export function accessPassMacs(sealing: Sealing, userId: string, pass: string): [string, ...string[]] {
  return sealing.macs(tidyReadableCode(pass), `access-pass:${userId}`);
}
