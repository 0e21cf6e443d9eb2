import type { Context } from 'koa';
import { AppError, type Clock, epochSeconds, type JsonObject, type Log, type Sealing } from '../base/index.ts';
import type { Ephemeral } from '../store/index.ts';
import { passing } from './adapters/passing.ts';
import { essentialAcr } from './essential-acr.ts';
import { type LoginResult, loginResult, type ProvenLogin } from './login-result.ts';
import { createUnitOfWork } from './unit-of-work.ts';

/** One round that the provider asked for: what for, by which app, and with which parameters. */
export interface Interaction {
  uid: string;
  prompt: { name: string; reasons: string[]; details: JsonObject };
  /** The parameters of the authorization request, as validated. */
  params: JsonObject;
  clientId: string;
  loginHint: string | undefined;
  /** The subject of the `id_token_hint`, which was validated when the request came in. */
  hintedSubject: string | undefined;
  /** Authentication context classes the app insists on. */
  requiredAcr: string[];
  /** Who is signed in already, if anybody. */
  session: { uid: string; userId: string } | undefined;
  /** True in the device flow, where no app waits at a redirect URI. */
  device: boolean;
  returnTo: string;
}

export interface Interactions {
  /** The interaction that this browser was sent to; undefined when it has ended or belongs to another browser. */
  find(ctx: Context, uid: string): Promise<Interaction | undefined>;
  /** Hands over a finished sign-in, once. Answers where the browser goes next. */
  finishLogin(interaction: Interaction, login: ProvenLogin): Promise<string>;
  finishConsent(interaction: Interaction): Promise<string>;
  /** The person goes on with the account that is signed in (`prompt=select_account`). */
  finishSelection(interaction: Interaction): Promise<string>;
  /** The app is told why not (OAuth 2.0, RFC 6749 section 4.1.2.1). */
  refuse(interaction: Interaction, error: 'access_denied' | 'unmet_authentication_requirements'): Promise<string>;
}

export interface InteractionsNeeds {
  ephemeral: Ephemeral;
  sealing: Sealing;
  clock: Clock;
  log: Log;
}

const nothingToCommit = () => Promise.reject(new Error('an interaction is not kept in PostgreSQL'));

/** The library's interactions, by the payload it documents for its adapter. */
export function createInteractions({ ephemeral, sealing, clock, log }: InteractionsNeeds): Interactions {
  const now = () => epochSeconds(clock);
  const payloads = () => {
    const work = createUnitOfWork({ ephemeral, log, tokens: { commit: nothingToCommit } });
    return { work, adapter: passing('Interaction', { ephemeral, sealing, now, work: () => work }) };
  };

  async function settle(
    { uid }: Interaction,
    result: JsonObject,
    change: (stored: JsonObject) => void = () => {},
  ): Promise<string> {
    const { work, adapter } = payloads();
    const stored = (await adapter.find(uid)) as JsonObject | undefined;
    if (!stored) throw new AppError('interaction_expired', 400, 'the interaction ended meanwhile');
    change(stored);
    const before = 'error' in result ? {} : (stored.lastSubmission as JsonObject | undefined);
    await adapter.upsert(uid, { ...stored, result: { ...before, ...result } }, Math.max(1, Number(stored.exp) - now()));
    await work.flush();
    return String(stored.returnTo);
  }

  return {
    async find(ctx, uid) {
      // The cookie decides, and it has to be about this very interaction: another tab's does not count.
      if (ctx.cookies.get('interaction', { signed: true }) !== uid) return undefined;
      const stored = (await payloads().adapter.find(uid)) as JsonObject | undefined;
      if (!stored || Number(stored.exp) <= now()) return undefined;
      return interactionFrom(uid, stored);
    },

    finishLogin(interaction, login) {
      const result: LoginResult = loginResult(login);
      const resolved = {
        ...(result as unknown as JsonObject),
        [interaction.prompt.name]: result.login as unknown as JsonObject,
      };
      return settle(interaction, resolved, (stored) => {
        // The session that was there when the app asked has ended since; a new one takes its place.
        if (login.replacesSession) stored.session = undefined;
      });
    },

    finishConsent: (interaction) => settle(interaction, { consent: {} }),
    finishSelection: (interaction) => settle(interaction, { select_account: {} }),
    refuse: (interaction, error) => settle(interaction, { error, error_description: descriptions[error] }),
  };
}

const descriptions = {
  access_denied: 'The sign-in was not finished.',
  unmet_authentication_requirements: 'the requested authentication cannot be reached',
};

function interactionFrom(uid: string, stored: JsonObject): Interaction {
  const session = stored.session as { uid?: string; accountId?: string } | undefined;
  const params = stored.params as JsonObject;
  return {
    uid,
    params,
    prompt: stored.prompt as Interaction['prompt'],
    clientId: String(params.client_id),
    loginHint: typeof params.login_hint === 'string' ? params.login_hint : undefined,
    hintedSubject: subjectOf(params.id_token_hint),
    requiredAcr: essentialAcr(params.claims),
    session: session?.uid && session.accountId ? { uid: session.uid, userId: session.accountId } : undefined,
    device: stored.deviceCode !== undefined,
    returnTo: String(stored.returnTo),
  };
}

function subjectOf(idToken: unknown): string | undefined {
  if (typeof idToken !== 'string') return undefined;
  const payload = Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString('utf8');
  return (JSON.parse(payload || '{}') as { sub?: string }).sub;
}
