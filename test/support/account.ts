import type { JsonObject } from '../../src/base/index.ts';
import type { Fortress } from './fortress.ts';
import { type Person, signedUp } from './people.ts';
import type { Answer, Browser } from './rp.ts';
import type { RunningServer } from './server.ts';

/** Somebody who is signed in, with their account pages at hand. */
export interface Owner {
  person: Person;
  browser: Browser;
  userId: string;
  refreshToken: string;
  /** One page as a browser shows it. */
  page(section?: string): Promise<Answer>;
  /** The same as data. */
  model(section: string, query?: string): Promise<JsonObject>;
  /** A verb as a program calls it: the status and the JSON it is answered with. */
  act(section: string, verb: string, fields?: Record<string, string>): Promise<{ status: number; body: JsonObject }>;
}

const JSON_ONLY = { accept: 'application/json' };

export async function accountOwner(server: RunningServer): Promise<Owner> {
  const { person, browser, tokens } = await signedUp(server);
  const owner = ownerIn(server, browser);
  return {
    ...owner,
    person,
    userId: String(tokens.claims()?.sub),
    refreshToken: tokens.refresh_token ?? '',
  };
}

/** The account pages of whoever is signed in in this browser. */
export function ownerIn(
  { issuer }: RunningServer,
  browser: Browser,
): Pick<Owner, 'browser' | 'page' | 'model' | 'act'> {
  const at = (section: string) => `${issuer}/account${section === 'overview' ? '' : `/${section}`}`;
  return {
    browser,
    page: (section = 'overview') => browser.get(at(section)),
    async model(section, query = '') {
      const answer = await browser.get(`${at(section)}${query}`, JSON_ONLY);
      if (answer.status !== 200) throw new Error(`${section}: ${answer.status} ${answer.body}`);
      return (JSON.parse(answer.body) as { model: JsonObject }).model;
    },
    async act(section, verb, fields = {}) {
      const { status, body } = await browser.post(`${issuer}/account/${section}/${verb}`, fields, JSON_ONLY);
      return { status, body: JSON.parse(body) as JsonObject };
    },
  };
}

/** What they have proven was proven an hour ago. */
export async function letProofGrowOld({ sql }: Fortress, { userId }: Pick<Owner, 'userId'>): Promise<void> {
  await sql(
    `update sessions set evidence = (select jsonb_agg(e || jsonb_build_object('at', (e ->> 'at')::bigint - 3600))
       from jsonb_array_elements(evidence) e) where user_id = $1`,
    [userId],
  );
}

/** How often something is on record about them. */
export async function recorded({ sql }: Fortress, { userId }: Pick<Owner, 'userId'>, type: string): Promise<number> {
  const rows = await sql<{ n: number }>(
    'select count(*)::int as n from audit_events where user_id = $1 and type = $2',
    [userId, type],
  );
  return rows[0]?.n ?? 0;
}
