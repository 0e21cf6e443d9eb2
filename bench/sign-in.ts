import { createHash, randomBytes } from 'node:crypto';
import type { Connection, Reply } from './connection.ts';
import { SETUP, type Target } from './target.ts';

/** The paths of the endpoints, from discovery. */
export interface Endpoints {
  authorization: string;
  token: string;
  introspection: string;
  userinfo: string;
  jwks: string;
}

export interface Tokens {
  access_token: string;
  refresh_token: string;
  id_token: string;
}

const VERIFIER = randomBytes(32).toString('base64url');
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

/** @throws Error with the answer when it is not the expected one, so that a wrong answer is never counted as a fast one */
export function expectStatus(reply: Reply, ...statuses: number[]): Reply {
  if (statuses.includes(reply.status)) return reply;
  throw new Error(`Expected ${statuses.join(' or ')}, got ${reply.status}: ${reply.body.slice(0, 300)}`);
}

/** Sends the authorization request. @returns where the server sends the browser */
export async function authorize(connection: Connection, endpoints: Endpoints): Promise<string> {
  const query = new URLSearchParams({
    client_id: SETUP.app.id,
    redirect_uri: SETUP.app.redirectUri,
    response_type: 'code',
    scope: SETUP.scope,
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    state: 'state',
    nonce: 'nonce',
  });
  const reply = expectStatus(await connection.send({ to: `${endpoints.authorization}?${query}` }), 302, 303);
  return reply.location ?? '';
}

export async function exchange(connection: Connection, endpoints: Endpoints, callback: string): Promise<Tokens> {
  const code = new URL(callback).searchParams.get('code');
  if (code === null) throw new Error(`No code came back: ${callback}`);
  const form = {
    grant_type: 'authorization_code',
    client_id: SETUP.app.id,
    redirect_uri: SETUP.app.redirectUri,
    code_verifier: VERIFIER,
    code,
  };
  const reply = await connection.send({ method: 'POST', to: endpoints.token, form });
  return JSON.parse(expectStatus(reply, 200).body) as Tokens;
}

/** The parts of a JSON step that matter here: where to go on, and what has to be sent back with the next answer. */
interface Step {
  location?: string;
  redirect?: string;
  hidden?: Record<string, string>;
}

function readStep({ location, body }: Reply): Step {
  const step = body.startsWith('{') ? (JSON.parse(body) as Step) : {};
  return location === undefined ? step : { ...step, location };
}

const JSON_ANSWERS = { accept: 'application/json' };

/** The answers a person gives, one request each, until the browser is back at the app with a code. */
export async function signIn(
  target: Target,
  connection: Connection,
  endpoints: Endpoints,
  username: string,
): Promise<string> {
  const ask = async (to: string, answer?: Record<string, string>): Promise<Step> => {
    const headers = { ...JSON_ANSWERS, ...(answer !== undefined && { origin: target.issuer }) };
    const request = answer === undefined ? { to, headers } : { method: 'POST' as const, to, form: answer, headers };
    return readStep(expectStatus(await connection.send(request), 200, 302, 303));
  };
  const interaction = await authorize(connection, endpoints);
  const answers: [verb: string, form: Record<string, string>][] =
    target.kind === 'reference'
      ? [['login', { username, password: SETUP.password }]]
      : [
          ['submit', { identifier: username }],
          ['submit', { password: SETUP.password }],
        ];
  let step = await ask(interaction);
  for (const [verb, form] of answers) step = await ask(`${interaction}/${verb}`, { ...step.hidden, ...form });
  for (let hops = 0; hops < 5; hops += 1) {
    const to = step.location ?? step.redirect;
    if (to === undefined) break;
    if (to.startsWith(SETUP.app.redirectUri)) return to;
    step = await ask(to);
  }
  throw new Error('The sign-in did not lead back to the app.');
}
