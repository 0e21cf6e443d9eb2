import type { Grant, KoaContextWithOIDC } from 'oidc-provider';
import type { Json } from '../base/index.ts';

/** What somebody allowed an app, remembered per user and client whatever the session. */
export interface Consent {
  scopes: string[];
  claims: string[];
  /** Scopes by resource server. */
  resources: Record<string, string[]>;
}

export function readConsent(stored: Json | Consent | undefined): Consent {
  return (stored ?? { scopes: [], claims: [], resources: {} }) as unknown as Consent;
}

/** What this request asks for. */
export function requestedConsent(ctx: KoaContextWithOIDC): Consent {
  const { requestParamOIDCScopes, requestParamClaims, requestParamScopes, resourceServers } = ctx.oidc;
  const resources = Object.entries(resourceServers ?? {}).map(
    ([indicator, server]) => [indicator, [...requestParamScopes].filter((scope) => server.scopes.has(scope))] as const,
  );
  return {
    scopes: [...requestParamOIDCScopes],
    claims: [...requestParamClaims],
    resources: Object.fromEntries(resources),
  };
}

export function intersectConsent(asked: Consent, allowed: Consent): Consent {
  const both = (a: readonly string[], b: readonly string[] = []) => a.filter((one) => b.includes(one));
  const resources = Object.entries(asked.resources).map(([name, scopes]) => [
    name,
    both(scopes, allowed.resources[name]),
  ]);
  return {
    scopes: both(asked.scopes, allowed.scopes),
    claims: both(asked.claims, allowed.claims),
    resources: Object.fromEntries(resources),
  };
}

export interface ExistingGrantNeeds {
  firstParty: (clientId: string) => boolean;
  /** What the user allowed this client before. */
  consentOf: (ctx: KoaContextWithOIDC) => Promise<Consent>;
}

/**
 * The grant of this session and client, completed with what needs no question: everything asked for by a first-party
 * app, and what the user has allowed the app before. What is still missing, the consent prompt asks for.
 */
export function createExistingGrant({ firstParty, consentOf }: ExistingGrantNeeds) {
  return async (ctx: KoaContextWithOIDC): Promise<Grant | undefined> => {
    const { client, session, account, provider } = ctx.oidc;
    if (!client || !session || !account) return undefined;
    const asked = requestedConsent(ctx);
    const allowed = firstParty(client.clientId) ? asked : intersectConsent(asked, await consentOf(ctx));
    const known = session.grantIdFor(client.clientId);
    const kept = known === undefined ? undefined : await provider.Grant.find(known);
    const grant = kept ?? new provider.Grant({ accountId: account.accountId, clientId: client.clientId });
    if (complete(grant, allowed) || !kept) await grant.save();
    return grant;
  };
}

/** Adds what is missing; answers whether anything was. */
function complete(grant: Grant, { scopes, claims, resources }: Consent): boolean {
  const before = JSON.stringify([grant.openid, grant.resources]);
  const missing = (wanted: readonly string[], have: readonly string[]) => wanted.filter((one) => !have.includes(one));
  const newScopes = missing(scopes, grant.getOIDCScope().split(' '));
  if (newScopes.length > 0) grant.addOIDCScope(newScopes.join(' '));
  const newClaims = missing(claims, grant.getOIDCClaims());
  if (newClaims.length > 0) grant.addOIDCClaims(newClaims);
  for (const [indicator, wanted] of Object.entries(resources)) {
    const newOnes = missing(wanted, grant.getResourceScope(indicator).split(' '));
    if (newOnes.length > 0) grant.addResourceScope(indicator, newOnes.join(' '));
  }
  return JSON.stringify([grant.openid, grant.resources]) !== before;
}
