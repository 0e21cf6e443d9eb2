import type { KoaContextWithOIDC } from 'oidc-provider';
import { errors, interactionPolicy } from 'oidc-provider';
import type { Assess, Assessment, Occasion } from '../access/index.ts';
import { assurance, type Decision } from '../policy/index.ts';
import { type AcrAliases, answeredAcr, requestedAcr } from './requested-acr.ts';

const { base, Check, Prompt } = interactionPolicy;

export interface GuardNeeds {
  assess: Assess;
  /** Who the session is about and what they have proven, the sign-in that just finished included. */
  personOf: (ctx: KoaContextWithOIDC) => Promise<Pick<Occasion, 'user' | 'evidence' | 'circumstances'>>;
  acrAliases: () => AcrAliases;
  /** Called with each decision about a session; what sign-in itself decided is kept by it. */
  decided: (ctx: KoaContextWithOIDC, assessment: Assessment) => void;
  firstParty: (clientId: string) => boolean;
}

/**
 * What stands in the library's own loop before every code, token and device approval. It asks `assess` about every
 * session, however it came to be; a sign-in that finished too early meets the same question again and gets no code.
 */
export function createGuard({ assess, personOf, decided, acrAliases, firstParty }: GuardNeeds) {
  const decisions = new WeakMap<KoaContextWithOIDC, Promise<Decision>>();

  /** What is issued from here on says what policy saw and no more, and names the class as the client asked for it. */
  function answerAcr(ctx: KoaContextWithOIDC, { signals }: Assessment): void {
    const { acr, amr } = assurance(signals.evidence ?? []);
    Object.defineProperties(ctx.oidc, {
      acr: { value: answeredAcr(acr, ctx.oidc.params ?? {}, acrAliases()) },
      amr: { value: amr },
    });
  }

  /** The checks of a prompt run at once: they share one decision per request. */
  function decide(ctx: KoaContextWithOIDC): Promise<Decision> {
    let decision = decisions.get(ctx);
    if (!decision) {
      decision = (async () => {
        const assessment = await assess({
          action: 'sign_in',
          clientId: String(ctx.oidc.params?.client_id),
          requested: requestedAcr(ctx.oidc.params ?? {}, acrAliases()),
          ...(await personOf(ctx)),
        });
        decided(ctx, assessment);
        answerAcr(ctx, assessment);
        return assessment.decision;
      })();
      decisions.set(ctx, decision);
    }
    return decision;
  }

  const signedIn = (ctx: KoaContextWithOIDC) => ctx.oidc.session?.accountId !== undefined;
  const policy = base();
  const login = policy.get('login');
  const consent = policy.get('consent');
  if (!login || !consent) throw new Error('the library has no login or consent prompt');

  // Its own acr checks ask for the password again and again for what a password can never give.
  login.checks.remove('essential_acrs');
  login.checks.remove('essential_acr');
  login.checks.add(
    new Check(
      'account_unavailable',
      'the account cannot be used',
      'login_required',
      (ctx) => signedIn(ctx) && !ctx.oidc.account,
    ),
    0,
  );
  login.checks.add(
    new Check('policy_denied', 'access was denied', 'access_denied', async (ctx) => {
      if (!signedIn(ctx) || !ctx.oidc.account) return false;
      const decision = await decide(ctx);
      if (decision.outcome !== 'deny') return false;
      if (decision.reason === 'unreachable') {
        throw new errors.CustomOIDCProviderError(
          'unmet_authentication_requirements',
          'the requested acr cannot be reached',
        );
      }
      // Whoever can be shown a page is told why, with a reference; the app hears of it when they go back.
      if (!ctx.oidc.prompts.has('none')) return true;
      throw new errors.AccessDenied('access was denied', decision.by.join(' '));
    }),
  );
  login.checks.add(
    new Check('policy_step_up', 'more proof is needed', 'interaction_required', async (ctx) => {
      if (!signedIn(ctx) || !ctx.oidc.account) return false;
      return (await decide(ctx)).outcome === 'step_up';
    }),
  );

  // What somebody is sent here to do is sign-in's to see through; it says so when it has.
  login.checks.add(
    new Check('purpose_pending', 'something is to be done first', 'interaction_required', (ctx) => {
      const { result, params } = ctx.oidc;
      const purpose = params?.purpose;
      return (
        signedIn(ctx) && purpose !== undefined && (result as { purpose?: unknown } | undefined)?.purpose !== purpose
      );
    }),
  );

  for (const reason of ['consent_prompt', 'native_client_prompt']) {
    const check = consent.checks.get(reason);
    if (!check) throw new Error(`the library has no check ${reason}`);
    const ask = check.check;
    check.check = (ctx) => (firstParty(String(ctx.oidc.client?.clientId)) ? false : ask(ctx));
  }

  policy.add(new Prompt({ name: 'create', requestable: true }), 0);
  policy.add(new Prompt({ name: 'select_account', requestable: true }), 0);
  return policy;
}
