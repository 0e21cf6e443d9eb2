import type { AdapterPayload } from 'oidc-provider';
import { errors } from 'oidc-provider';
import { digestText, type JsonObject, type Sealing } from '../../base/index.ts';
import type { Ephemeral } from '../../store/index.ts';
import { type CurrentWork, type PartialAdapter, withoutValue, withValue } from './adapter.ts';

export interface PassingNeeds {
  ephemeral: Pick<Ephemeral, 'get' | 'count'>;
  sealing: Sealing;
  work: CurrentWork;
  now: () => number;
}

/** Fields that let their holder in somewhere, so they lie sealed. */
const SEALED = ['userCode', 'deviceCode', 'parJti', 'returnTo'] as const;

/**
 * What may be lost without harm: interactions, pushed requests, device codes, opaque access tokens. Losing one asks
 * somebody to begin again; none of them lets anybody in by itself when it comes back.
 */
export function passing(kind: string, { ephemeral, sealing, work, now }: PassingNeeds): PartialAdapter {
  const keyOf = (value: string) => `${kind}:${digestText(value)}`;
  const byUserCode = (code: string) => `${kind}:user-code:${digestText(code)}`;
  const read = (key: string) => ephemeral.get(key) as Promise<JsonObject | undefined>;

  async function find(value: string): Promise<AdapterPayload | undefined> {
    const stored = await work().once(keyOf(value), () => read(keyOf(value)));
    return (
      stored &&
      withValue(
        mapSealed(stored, (text) => sealing.open(text, kind)),
        value,
      )
    );
  }

  return {
    find,

    async findByUserCode(code) {
      const pointer = await read(byUserCode(code));
      return typeof pointer?.sealed === 'string' ? find(sealing.open(pointer.sealed, `${kind}:user-code`)) : undefined;
    },

    async upsert(value, payload, expiresIn = 1) {
      const stored = mapSealed(withoutValue(payload) as JsonObject, (text) => sealing.seal(text, kind));
      // The browser's session id has no place outside the browser.
      if (stored.session) stored.session = { ...(stored.session as JsonObject), cookie: undefined };
      work().put({ key: keyOf(value), value: stored, ttl: expiresIn });
      if (payload.userCode === undefined) return;
      const pointer = { sealed: sealing.seal(value, `${kind}:user-code`) };
      work().put({ key: byUserCode(payload.userCode), value: pointer, ttl: expiresIn });
    },

    async consume(value) {
      const stored = await read(keyOf(value));
      if (!stored) throw new errors.InvalidGrant('it has expired');
      // Counting is the atomic step: the first of any number of parallel tries gets 1.
      if ((await ephemeral.count(`${keyOf(value)}:used`, 3600)) > 1) throw lost(kind);
      work().put({
        key: keyOf(value),
        value: { ...stored, consumed: true },
        ttl: Math.max(1, Number(stored.exp) - now()),
      });
    },

    async destroy(value) {
      work().drop(keyOf(value));
    },
  };
}

function mapSealed(payload: JsonObject, change: (text: string) => string): JsonObject {
  const changed = SEALED.flatMap((field) => {
    const text = payload[field];
    return typeof text === 'string' ? [[field, change(text)] as const] : [];
  });
  return { ...payload, ...Object.fromEntries(changed) };
}

function lost(kind: string): Error {
  if (kind === 'PushedAuthorizationRequest') return new errors.InvalidRequestUri('request_uri was used already');
  return new errors.InvalidGrant('it was used already');
}
