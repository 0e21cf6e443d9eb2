import { type Clock, digestText, type JsonObject, type Log, type Sealing } from '../base/index.ts';
import type { Ephemeral } from '../store/index.ts';
import { type BotVerdict, createSiteverify } from './bot-check-siteverify.ts';
import { createProofOfWork, LIFETIME } from './bot-check-work.ts';

/** As the operator has set it. */
export interface BotCheckSettings {
  provider: 'altcha' | 'turnstile' | 'hcaptcha' | 'off';
  site_key?: string | undefined;
  secret?: string | undefined;
  difficulty: number;
}

/** Tells people from programs, for one sign-in and one message at a time. */
export interface BotCheck {
  /** What a page needs to carry it, or somebody's own program to solve it. Nothing is kept of it. */
  challenge(signInId: string): Promise<JsonObject | undefined>;
  /** Of any number of tries with one answer, in whatever spelling, one passes. */
  verify(answer: string, about: { signInId: string; ip: string }): Promise<BotVerdict>;
}

export interface BotCheckNeeds {
  settings: () => BotCheckSettings;
  sealing: Pick<Sealing, 'derive'>;
  ephemeral: Pick<Ephemeral, 'count'>;
  fetch: typeof globalThis.fetch;
  issuer: string;
  log: Log;
  clock: Clock;
}

/** Characters; hCaptcha's tokens are the longest. */
const LONGEST = 8192;

export function createBotCheck({ settings, sealing, ephemeral, fetch, issuer, log, clock }: BotCheckNeeds): BotCheck {
  const work = createProofOfWork({ sealing, clock });
  const siteverify = createSiteverify({ fetch, host: new URL(issuer).hostname, log });

  /** The first to bring it. It has to be remembered as long as it could be brought again. */
  async function first(name: string): Promise<BotVerdict> {
    return (await ephemeral.count(`bot-check:${digestText(name)}`, LIFETIME)) === 1 ? 'passed' : 'refused';
  }

  return {
    async challenge(signInId) {
      const { provider, site_key: siteKey, difficulty } = settings();
      if (provider === 'off') return undefined;
      if (provider === 'altcha') return { provider, ...(await work.challenge(signInId, difficulty)) };
      return { provider, site_key: siteKey ?? '', sign_in: signInId };
    },

    async verify(answer, { signInId, ip }) {
      const { provider, site_key: siteKey = '', secret = '' } = settings();
      if (provider === 'off') return 'passed';
      if (answer.length > LONGEST) return 'refused';
      if (provider === 'altcha') {
        const solved = await work.solved(answer, signInId);
        return solved === undefined ? 'refused' : first(solved);
      }
      const verdict = await siteverify({ provider, siteKey, secret, token: answer, signInId, ip });
      return verdict === 'passed' ? first(answer) : verdict;
    },
  };
}
