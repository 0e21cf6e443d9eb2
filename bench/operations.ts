import type { Connection } from './connection.ts';
import { authorize, type Endpoints, exchange, expectStatus, signIn, type Tokens } from './sign-in.ts';
import { SETUP, type Target } from './target.ts';

/** One connection's part: doing the operation once. */
export type Once = () => Promise<unknown>;

interface Place {
  target: Target;
  endpoints: Endpoints;
  connection: Connection;
  /** A user that no other connection signs in as. */
  username: string;
}

export interface Operation {
  name: string;
  group: 'token' | 'sso' | 'signin';
  /** Everything that comes before the first measured request. */
  prepare(place: Place): Promise<Once>;
}

const BASIC = {
  authorization: `Basic ${Buffer.from(`${SETUP.machine.id}:${SETUP.machine.secret}`).toString('base64')}`,
};

async function clientCredentials({ connection, endpoints }: Place, extra: Record<string, string>): Promise<Tokens> {
  const form = { grant_type: 'client_credentials', scope: 'read', ...extra };
  const reply = await connection.send({ method: 'POST', to: endpoints.token, form, headers: BASIC });
  return JSON.parse(expectStatus(reply, 200).body) as Tokens;
}

async function signedIn({ target, connection, endpoints, username }: Place): Promise<Tokens> {
  return exchange(connection, endpoints, await signIn(target, connection, endpoints, username));
}

/** Every operation that is measured; adding one is a new entry. */
export const OPERATIONS: readonly Operation[] = [
  {
    name: 'discovery (configuration)',
    group: 'token',
    prepare: async ({ connection }) => {
      const to = '/.well-known/openid-configuration';
      return async () => expectStatus(await connection.send({ to }), 200);
    },
  },
  {
    name: 'discovery (keys)',
    group: 'token',
    prepare:
      async ({ connection, endpoints }) =>
      async () =>
        expectStatus(await connection.send({ to: endpoints.jwks }), 200),
  },
  {
    name: 'client credentials, JWT',
    group: 'token',
    prepare: async (place) => () => clientCredentials(place, { resource: SETUP.resource }),
  },
  {
    name: 'client credentials, opaque',
    group: 'token',
    prepare: async (place) => () => clientCredentials(place, {}),
  },
  {
    name: 'introspection',
    group: 'token',
    prepare: async (place) => {
      const { access_token: token } = await clientCredentials(place, {});
      const request = { method: 'POST' as const, to: place.endpoints.introspection, form: { token }, headers: BASIC };
      return async () => {
        const { body } = expectStatus(await place.connection.send(request), 200);
        if (!body.includes('"active":true')) throw new Error(`The token is not active: ${body}`);
      };
    },
  },
  {
    name: 'userinfo',
    group: 'token',
    prepare: async (place) => {
      const { access_token: token } = await signedIn(place);
      const request = { to: place.endpoints.userinfo, headers: { authorization: `Bearer ${token}` } };
      return async () => expectStatus(await place.connection.send(request), 200);
    },
  },
  {
    name: 'refresh with rotation',
    group: 'token',
    prepare: async (place) => {
      let { refresh_token: token } = await signedIn(place);
      return async () => {
        const form = { grant_type: 'refresh_token', refresh_token: token, client_id: SETUP.app.id };
        const reply = await place.connection.send({ method: 'POST', to: place.endpoints.token, form });
        const next = JSON.parse(expectStatus(reply, 200).body) as Tokens;
        if (next.refresh_token === token) throw new Error('The refresh token was not rotated.');
        token = next.refresh_token;
      };
    },
  },
  {
    name: 'silent SSO, code to token',
    group: 'sso',
    prepare: async (place) => {
      await signedIn(place);
      const { connection, endpoints } = place;
      return async () => exchange(connection, endpoints, await authorize(connection, endpoints));
    },
  },
  {
    name: 'password sign-in, complete',
    group: 'signin',
    prepare: async (place) => () => {
      place.connection.forget();
      return signedIn(place);
    },
  },
];
