import type { Context } from 'koa';
import { AppError, type Clock, epochSeconds, type JsonObject, type Log, type Sealing } from '../base/index.ts';
import type { Evidence } from '../policy/index.ts';
import type { Ephemeral, LiveSession, Store } from '../store/index.ts';
import { passing } from './adapters/passing.ts';
import { type LoginResult, loginResult, type ProvenLogin, readEvidence } from './login-result.ts';
import { type AcrAliases, type RequestedAcr, requestedAcr } from './requested-acr.ts';
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
  /** The upstream provider, or a mail domain of it, that the app suggests (`idp_hint`, `domain_hint`). */
  providerHint: string | undefined;
  /** What the account pages sent somebody here to do, besides signing in. */
  purpose: string | undefined;
  /** New proof is asked for, whatever session there is (`prompt=login`, `max_age`). */
  fresh: boolean;
  requested: RequestedAcr;
  /** Who is signed in; undefined as soon as the session has ended. */
  session: InteractionSession | undefined;
  /** Somebody was signed in when the app asked, and is not any more. */
  sessionEnded: boolean;
  /** The session may go on once what policy misses is proven; false where everything is to be proven anew. */
  continues: boolean;
  /** True in the device flow, where no app waits at a redirect URI. */
  device: boolean;
  returnTo: string;
}

/** A session that is alive, read anew for each request. */
export interface InteractionSession {
  uid: string;
  userId: string;
  email?: string | undefined;
  evidence: Evidence[];
  knownDevice?: boolean | undefined;
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
  store: Pick<Store, 'findLiveSession'>;
  acrAliases: () => AcrAliases;
  ephemeral: Ephemeral;
  sealing: Sealing;
  clock: Clock;
  log: Log;
}

const nothingToCommit = () => Promise.reject(new Error('an interaction is not kept in PostgreSQL'));

/** The library's interactions, by the payload it documents for its adapter. */
export function createInteractions({
  store,
  acrAliases,
  ephemeral,
  sealing,
  clock,
  log,
}: InteractionsNeeds): Interactions {
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
      const named = stored.session as { uid?: string; accountId?: string } | undefined;
      const live = named?.uid && named.accountId ? await store.findLiveSession(named.uid) : undefined;
      return interactionFrom(uid, stored, live?.user.id === named?.accountId ? live : undefined, acrAliases());
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

/** Why a session that is alive is not enough. */
const BY_POLICY = new Set(['policy_step_up', 'policy_denied', 'purpose_pending']);
/** Why one that policy is content with is not enough for the app. */
const BY_THE_APP = new Set(['login_prompt', 'max_age']);

const descriptions = {
  access_denied: 'The sign-in was not finished.',
  unmet_authentication_requirements: 'the requested authentication cannot be reached',
};

function interactionFrom(
  uid: string,
  stored: JsonObject,
  live: LiveSession | undefined,
  aliases: AcrAliases,
): Interaction {
  const params = stored.params as JsonObject;
  const prompt = stored.prompt as Interaction['prompt'];
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return {
    uid,
    params,
    prompt,
    clientId: String(params.client_id),
    loginHint: text(params.login_hint),
    providerHint: text(params.idp_hint) ?? text(params.domain_hint)?.toLowerCase(),
    purpose: text(params.purpose),
    fresh: prompt.reasons.some((reason) => BY_THE_APP.has(reason)),
    hintedSubject: subjectOf(params.id_token_hint),
    requested: requestedAcr(params, aliases),
    continues: prompt.reasons.every((reason) => BY_POLICY.has(reason)),
    session: live && {
      uid: live.uid,
      userId: live.user.id,
      email: live.user.email,
      evidence: readEvidence(live.evidence),
      knownDevice: live.knownDevice,
    },
    sessionEnded: stored.session !== undefined && live === undefined,
    device: stored.deviceCode !== undefined,
    returnTo: String(stored.returnTo),
  };
}

function subjectOf(idToken: unknown): string | undefined {
  if (typeof idToken !== 'string') return undefined;
  const payload = Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString('utf8');
  return (JSON.parse(payload || '{}') as { sub?: string }).sub;
}
