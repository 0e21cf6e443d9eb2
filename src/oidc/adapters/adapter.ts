import { createHash } from 'node:crypto';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { UnitOfWork } from '../unit-of-work.ts';

/** What an adapter works with: the unit of work of the request it is called in. */
export type CurrentWork = () => UnitOfWork;

/** The calls a model makes; what it never makes is a bug when it happens. */
export type PartialAdapter = Partial<Adapter> & Pick<Adapter, 'find' | 'upsert'>;

export function completeAdapter(name: string, adapter: PartialAdapter): Adapter {
  const never = (call: string) => () => Promise.reject(new Error(`${name} has no ${call}`));
  return {
    consume: never('consume'),
    destroy: never('destroy'),
    findByUid: never('findByUid'),
    findByUserCode: never('findByUserCode'),
    // Everything that belongs to a grant is read through it (see the view live_grants): ending the grant ends them all.
    revokeByGrantId: async () => undefined,
    ...adapter,
  };
}

/** SHA-256 of a bearer value, hex: the only form in which one is stored. */
export function tokenId(value: string): string {
  return createHash('sha256').update(value).digest('hex');
}

/** A payload as it is stored: without the bearer value itself. */
export function withoutValue({ jti: _value, ...payload }: AdapterPayload): Omit<AdapterPayload, 'jti'> {
  return payload;
}

/** And as the library wants it back. */
export function withValue(payload: object, value: string): AdapterPayload {
  return { ...payload, jti: value };
}
