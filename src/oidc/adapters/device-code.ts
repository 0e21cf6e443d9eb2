import type { Context, Next } from 'koa';
import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { digestText } from '../../base/index.ts';
import type { Proof } from '../login-result.ts';
import type { PartialAdapter } from './adapter.ts';
import { type PassingNeeds, passing } from './passing.ts';

/** Seconds between two polls of a device (RFC 8628 section 3.2): the value when the answer names none. */
const INTERVAL = 5;

/** Wrong or right, so many user codes may be tried from one address in ten minutes (RFC 8628 section 5.1). */
const USER_CODE_TRIES = 30;

export interface DeviceCodeNeeds extends PassingNeeds {
  ip: () => string;
  polling: () => boolean;
  proof: () => Promise<Proof>;
}

/** Device codes, with what the library leaves out: `slow_down`, and a limit on guessing user codes. */
export function deviceCodeAdapter(needs: DeviceCodeNeeds): PartialAdapter {
  const adapter = passing('DeviceCode', needs);
  return {
    ...adapter,
    async upsert(value, payload, expiresIn) {
      // The approval: what is issued to the device later stands on what its person has proven here.
      if (payload.grantId && !needs.polling()) {
        needs.work().writes.proofs.push({ grantId: payload.grantId, proof: await needs.proof() });
      }
      await adapter.upsert(value, payload, expiresIn ?? 1);
    },
    async find(value) {
      if (needs.polling()) {
        // One second of grace: a device that keeps the interval to the letter is never told off by its own clock.
        const polls = await needs.ephemeral.count(`DeviceCode:${digestText(value)}:polls`, INTERVAL - 1);
        if (polls > 1) throw new errors.SlowDown();
      }
      return adapter.find(value);
    },
    async findByUserCode(code) {
      const tries = await needs.ephemeral.count(`DeviceCode:tries:${needs.ip()}`, 600);
      return tries > USER_CODE_TRIES ? undefined : adapter.findByUserCode?.(code);
    },
  };
}

/** Tells devices how often to ask. */
export async function deviceInterval(ctx: Context, next: Next): Promise<void> {
  await next();
  if ((ctx as KoaContextWithOIDC).oidc?.route !== 'device_authorization' || ctx.status !== 200) return;
  ctx.body = { ...(ctx.body as object), interval: INTERVAL };
}
