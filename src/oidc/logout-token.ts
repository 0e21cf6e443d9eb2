import type { Provider } from 'oidc-provider';
import { newId } from '../base/index.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

export interface LogoutDelivery {
  uri: string;
  /** Signed, of type `logout+jwt`, good for two minutes (OpenID Connect Back-Channel Logout 1.0 section 2.4). */
  token: string;
}

/** Made when it is sent, since it does not live long; undefined when the client is gone or does not want to be told. */
export async function makeLogoutToken(
  provider: Provider,
  { clientId, userId, sid }: { clientId: string; userId: string; sid: string },
): Promise<LogoutDelivery | undefined> {
  const client = await provider.Client.find(clientId);
  if (!client?.backchannelLogoutUri) return undefined;
  const token = Object.assign(new provider.IdToken({ sub: userId }, { client, ctx: undefined } as never), {
    mask: { sub: null },
  });
  token.set('events', { [EVENT]: {} });
  token.set('jti', newId());
  token.set('sid', sid);
  return { uri: client.backchannelLogoutUri, token: await token.issue({ use: 'logout' } as never) };
}
