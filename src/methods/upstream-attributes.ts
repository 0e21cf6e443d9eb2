import {
  type Collected,
  collectAttributes,
  collectedChanges,
  missingAttributes,
  type User,
} from '../accounts/index.ts';
import type { JsonObject } from '../base/index.ts';
import type { IdentityProvider } from './identity-provider.ts';

/** What a provider says about somebody new. What does not fit its attribute is left out: the person is asked instead. */
export function attributesOf(claims: JsonObject, { takes }: IdentityProvider): Collected {
  return collectAttributes(asForm(claims), takes).collected;
}

/** What changes about somebody who is known, by the operator's rule for each attribute; undefined when nothing. */
export function refreshed(user: User, claims: JsonObject, { takes, updates }: IdentityProvider) {
  const empty = missingAttributes(
    user,
    takes.map((one) => ({ ...one, required: true })),
  ).map(({ name }) => name);
  const wanted = takes.filter(({ name }) => {
    const rule = updates[name] ?? 'when_empty';
    return rule === 'always' || (rule === 'when_empty' && empty.includes(name));
  });
  const { collected } = collectAttributes(asForm(claims), wanted);
  const changes = collectedChanges(user, collected);
  const { attributes, ...columns } = changes;
  const same =
    Object.entries(columns).every(([column, value]) => user[column as keyof User] === value) &&
    Object.entries(attributes ?? {}).every(([name, value]) => user.attributes[name] === value);
  return same ? undefined : changes;
}

function asForm(claims: JsonObject): Record<string, string> {
  const texts = Object.entries(claims).flatMap(([name, value]): [string, string][] => {
    if (typeof value === 'boolean') return value ? [[name, 'on']] : [];
    return typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [];
  });
  return Object.fromEntries(texts);
}
