import * as client from 'openid-client';

/** What an API said of a request: its answer, or what it wants of the sign-in first (RFC 9470 section 3). */
export type ApiAnswer = { json: unknown } | { wants: Record<string, string> };

/** Asks the API to file a claim. */
export async function fileClaim(api: string, accessToken: string): Promise<ApiAnswer> {
  const answer = await fetch(`${api}/claims`, { method: 'POST', headers: { authorization: `Bearer ${accessToken}` } });
  const challenge = answer.headers.get('www-authenticate') ?? '';
  if (/error="insufficient_user_authentication"/.test(challenge)) return { wants: wanted(challenge) };
  return { json: await answer.json() };
}

/** As parameters of the authorization request that gets it (RFC 9470 section 4). */
function wanted(challenge: string): Record<string, string> {
  const named = ['acr_values', 'max_age'].flatMap((name) => {
    const value = new RegExp(`${name}="?([^",]+)`).exec(challenge)?.[1];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(named);
}

/** What an authorization request for the API says besides (RFC 8707 section 2). */
export const forApi = (api: string) => ({ resource: api, scope: 'openid claims:read claims:write' });

/** The code exchanged for a token of the API. */
export const apiToken = (
  config: client.Configuration,
  callback: URL,
  api: string,
  checks: Parameters<typeof client.authorizationCodeGrant>[2],
) => client.authorizationCodeGrant(config, callback, checks, { resource: api });
