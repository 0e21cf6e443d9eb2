import type { Authenticator } from '../accounts/index.ts';
import { type Clock, epochSeconds, newId, type Sealing } from '../base/index.ts';
import type { Evidence } from '../policy/index.ts';
import { qrCode, type Totp, tidyCode } from '../verifiers/index.ts';
import { type Factor, type FactorContext, refused } from './factor.ts';

export interface TotpNeeds {
  totp: Totp;
  sealing: Sealing;
  /** Accepts a time step of an authenticator once, and none before it: of parallel tries one is true. */
  advance: (authenticatorId: string, step: number) => Promise<boolean>;
  /** As the app will list it: the operator's name. */
  houseName: () => string;
  clock: Clock;
}

const TOTP = 'totp';
const MOST = 5;
const sealedFor = (id: string) => `totp:${id}`;

/** An authenticator app. */
export function totpFactor({ totp, sealing, advance, houseName, clock }: TotpNeeds): Factor {
  const evidence = (credential: string): Evidence => ({
    ...{ by: TOTP, kinds: ['possession'], amr: ['otp'], phishingResistant: false },
    ...{ at: epochSeconds(clock), credential },
  });

  /** Which of somebody's apps made this code, for the first time. */
  async function accepted(apps: readonly Authenticator[], code: string): Promise<Authenticator | undefined> {
    for (const app of apps) {
      const step = await totp.stepOf(sealing.open(app.sealed ?? '', sealedFor(app.id)), code, epochSeconds(clock));
      if (step !== undefined && (await advance(app.id, step))) return app;
    }
    return undefined;
  }

  function keyPage({ user }: FactorContext, id: string, key: string) {
    const uri = totp.uri(key, user.email ?? user.id, houseName());
    const show = { key: key.replace(/(.{4})(?!$)/g, '$1 '), uri, qr: { ...qrCode(uri) } };
    return { view: 'enroll/totp', show, remember: { id, key } };
  }

  return {
    name: TOTP,
    gives: { kinds: ['possession'], phishingResistant: false },
    usable: (_user, authenticators) => appsOf(authenticators).length > 0,
    sendsTo: () => undefined,
    begin: async () => ({ view: 'factors/totp', show: {}, remember: {} }),

    async complete(_context, { code = '' }, _remembered, authenticators) {
      if (code.trim() === '') return refused('code', 'required');
      const app = await accepted(appsOf(authenticators), tidyCode(code));
      return app ? { ok: true, evidence: evidence(app.id) } : refused('code', 'app_code_wrong');
    },

    enrollment: {
      offered: (_user, authenticators) => appsOf(authenticators).length < MOST,
      sendsTo: () => undefined,
      begin: async (context) => keyPage(context, newId(), totp.newKey()),

      async complete(_context, { code = '', name = '' }, { id, key }) {
        if (code.trim() === '') return refused('code', 'required');
        const [appId, secret] = [String(id), String(key)];
        const counter = await totp.stepOf(secret, tidyCode(code), epochSeconds(clock));
        if (counter === undefined) return refused('code', 'app_code_wrong');
        const sealed = sealing.seal(secret, sealedFor(appId));
        return { ok: true, evidence: [evidence(appId)], authenticator: { id: appId, sealed, counter, ...named(name) } };
      },
    },
  };
}

/** As its owner calls it, who may have several. */
function named(text: string): { name?: string } {
  const name = text.replace(/\p{C}/gu, '').trim().slice(0, 60);
  return name === '' ? {} : { name };
}

function appsOf(authenticators: readonly Authenticator[]): Authenticator[] {
  return authenticators.filter((one) => one.factor === TOTP);
}
