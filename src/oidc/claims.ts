import type { Account } from 'oidc-provider';
import type { User } from '../store/index.ts';

/** Standard claims by scope (OpenID Connect Core section 5.4); `acr`, `amr` and `auth_time` come with every ID token. */
export const claimsByScope = {
  openid: ['sub', 'acr', 'amr', 'auth_time'],
  profile: ['name', 'given_name', 'family_name', 'picture', 'locale', 'updated_at'],
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
};

/** The claims of a user; the library hands out those that the scopes and the `claims` parameter allow. */
export function claimsOf(user: User): Record<string, unknown> {
  const name = [user.givenName, user.familyName].filter(Boolean).join(' ');
  return {
    // Custom attributes first: none of them can speak in place of a standard claim.
    ...user.attributes,
    sub: user.id,
    name: name === '' ? undefined : name,
    given_name: user.givenName,
    family_name: user.familyName,
    picture: user.picture,
    locale: user.locale,
    updated_at: user.updatedAt,
    email: user.email,
    email_verified: user.email === undefined ? undefined : user.emailVerified,
    phone_number: user.phone,
    phone_number_verified: user.phone === undefined ? undefined : user.phoneVerified,
  };
}

export function accountOf(user: User): Account {
  return { accountId: user.id, claims: async () => ({ ...claimsOf(user), sub: user.id }) };
}
