import type { KoaContextWithOIDC } from 'oidc-provider';
import { errors, interactionPolicy } from 'oidc-provider';
import type { Assess } from '../access/index.ts';
import type { Decision, Evidence } from '../policy/index.ts';
import type { User } from '../store/index.ts';
import { essentialAcr } from './essential-acr.ts';

const { base, Check, Prompt } = interactionPolicy;

export interface GuardNeeds {
  assess: Assess;
  /** The user of the session, remembered from loading the account; undefined when unusable. */
  userOf: (ctx: KoaContextWithOIDC) => Promise<User | undefined>;
  /** What the session's person has proven, the sign-in that just finished included. */
  evidenceOf: (ctx: KoaContextWithOIDC) => Promise<Evidence[]>;
  firstParty: (clientId: string) => boolean;
}

/**
 * What stands in the library's own loop before every code, token and device approval. It asks `assess` about every
 * session, however it came to be; a sign-in that finished too early meets the same question again and gets no code.
 */
export function createGuard({ assess, userOf, evidenceOf, firstParty }: GuardNeeds) {
  const decisions = new WeakMap<KoaContextWithOIDC, Promise<Decision>>();

  /** The checks of a prompt run at once: they share one decision per request. */
  function decide(ctx: KoaContextWithOIDC): Promise<Decision> {
    let decision = decisions.get(ctx);
    if (!decision) {
      decision = (async () => {
        const [user, evidence] = await Promise.all([userOf(ctx), evidenceOf(ctx)]);
        return assess({
          user,
          clientId: String(ctx.oidc.params?.client_id),
          evidence,
          requiredAcr: essentialAcr(ctx.oidc.params?.claims),
        });
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
      throw new errors.AccessDenied('access was denied', decision.by.join(' '));
    }),
  );
  login.checks.add(
    new Check('policy_step_up', 'more proof is needed', 'interaction_required', async (ctx) => {
      if (!signedIn(ctx) || !ctx.oidc.account) return false;
      return (await decide(ctx)).outcome === 'step_up';
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
