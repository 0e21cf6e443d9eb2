import { type ClientDemands, type Form, maskEmail, parseEmail } from '../accounts/index.ts';
import type { JsonObject } from '../base/index.ts';
import { type MailedCodes, shownCode, tidyCode, type Upstream, type UpstreamIdentity } from '../verifiers/index.ts';
import { addressIn, createFederatedArrival, type FederatedArrivalNeeds } from './federated-arrival.ts';
import { domainOf, type IdentityProvider } from './identity-provider.ts';
import type { MailTo } from './mail-to.ts';
import { type Begun, type MethodContext, type MethodOutcome, refused, type SignInMethod } from './method.ts';

export interface FederatedNeeds extends FederatedArrivalNeeds {
  /** Those that are in use, as the operator has them at this moment. */
  identityProviders: () => readonly IdentityProvider[];
  upstreamOf: (providerId: string) => Upstream;
  /** Why a provider's answer was refused, for the operator. */
  noteRefusal: (provider: string, reason: string, detail: string | undefined) => void;
  codes: MailedCodes;
  mail: MailTo;
}

/** What is remembered while somebody whose mailbox nobody has vouched for proves it. */
interface Unproven {
  provider: string;
  arrived: UpstreamIdentity;
  email?: string;
  codeId?: string;
}

/**
 * An account elsewhere: the browser is sent to another provider, and what it brings back is judged by what was remembered
 * here. Whom it vouches for is named by the provider, its issuer and its subject; an address proves nothing by itself.
 */
export function federatedMethod(needs: FederatedNeeds): SignInMethod {
  const { identityProviders, upstreamOf, noteRefusal, codes, mail } = needs;
  const arrival = createFederatedArrival(needs);

  /** In the app's order. */
  function offeredTo({ identityProviders: wanted }: ClientDemands): IdentityProvider[] {
    const all = identityProviders();
    return wanted ? wanted.flatMap((id) => all.find((one) => one.id === id) ?? []) : [...all];
  }

  const find = (id: unknown, client: ClientDemands) => offeredTo(client).find((one) => one.id === id);

  async function settle(provider: IdentityProvider, upstream: UpstreamIdentity, context: MethodContext) {
    if (context.linksTo !== undefined) return arrival.addition({ provider, upstream }, context.linksTo);
    const known = await arrival.known({ provider, upstream });
    if (known) return known;
    const email = addressIn(upstream);
    const trusted = email !== undefined && provider.trustEmail.includes(domainOf(email));
    if (email !== undefined && (trusted || upstream.claims.email_verified === true)) {
      return arrival.newcomer({ provider, upstream }, email, false, context);
    }
    return { ok: 'more', begun: askAddress(provider, upstream) } as const;
  }

  function askAddress({ id, name }: IdentityProvider, arrived: UpstreamIdentity): Begun {
    const remember: Unproven = { provider: id, arrived };
    return {
      view: 'sign-in/confirm-address',
      show: { provider: name, email: addressIn(arrived) ?? '' },
      remember: remember as unknown as JsonObject,
    };
  }

  async function sendCode(context: MethodContext, unproven: Unproven, email: string): Promise<Begun> {
    const sent = await codes.send('verify_email', context.signInId, mail('verify_email', email, context));
    const remember = { ...unproven, email, codeId: sent.id } as unknown as JsonObject;
    return { view: 'tasks/verify-email', show: shownCode(maskEmail(email), sent), remember };
  }

  /** Somebody of whom the provider gave no address, or none it vouches for. */
  async function proveAddress(context: MethodContext, form: Form, unproven: Unproven): Promise<MethodOutcome> {
    const { arrived, codeId, email } = unproven;
    const provider = find(unproven.provider, context.client);
    if (!provider) return refused('', 'provider_unavailable');
    if (codeId === undefined || email === undefined) {
      const typed = parseEmail(form.email ?? '');
      if (!typed) return refused('email', (form.email ?? '').trim() === '' ? 'required' : 'email_invalid');
      return { ok: 'more', begun: await sendCode(context, unproven, typed) };
    }
    if (form.resend !== undefined) return { ok: 'more', begun: await sendCode(context, unproven, email) };
    if ((form.code ?? '').trim() === '') return refused('code', 'required');
    const verdict = await codes.check('verify_email', codeId, tidyCode(form.code ?? ''));
    if (!verdict.ok) return refused('code', verdict.reason);
    return arrival.newcomer({ provider, upstream: arrived }, email, true, context);
  }

  return {
    name: 'federated',
    choosable: false,
    // The code of a mailbox that nobody has vouched for.
    guessesAt: (_context, { code, resend }, { codeId, email }) =>
      code && resend === undefined && codeId !== undefined ? String(email) : undefined,
    offered: (client) => client.methods.includes('federated') && offeredTo(client).length > 0,
    choices: (client) =>
      offeredTo(client).map(({ id, name, type, domains }) => ({
        ...{ choice: id, label: name, type },
        hasDomains: domains.length > 0,
      })),
    homeOf: (client, email) => offeredTo(client).find(({ domains }) => domains.includes(domainOf(email)))?.id,

    sendsTo(_context, form, remembered) {
      const unproven = remembered as Partial<Unproven> | undefined;
      if (!form || !unproven?.arrived) return undefined;
      if (unproven.codeId === undefined) return parseEmail(form.email ?? '');
      return form.resend === undefined ? undefined : unproven.email;
    },

    async begin({ client, identifier: loginHint, lang }, sending) {
      const provider = find(sending?.choice, client);
      if (!provider || !sending) return refused('', 'provider_unavailable');
      const state = await sending.awaitReturn();
      const departed = await upstreamOf(provider.id).depart({ state, loginHint, fresh: sending.fresh, lang });
      if (!departed.ok) {
        noteRefusal(provider.id, departed.reason, departed.detail);
        return refused('', 'provider_unavailable');
      }
      return { redirect: departed.url, remember: { provider: provider.id, state, departed: departed.remember } };
    },

    async complete(context, form, remembered) {
      if (remembered.arrived !== undefined) return proveAddress(context, form, remembered as unknown as Unproven);
      const provider = find(remembered.provider, context.client);
      // Switched off while somebody was there: its word counts no more.
      if (!provider) return refused('', 'provider_unavailable');
      const outcome = await upstreamOf(provider.id).arrive(form, remembered.departed as JsonObject);
      if (outcome.ok) return settle(provider, outcome.identity, context);
      const { reason, detail } = outcome;
      noteRefusal(provider.id, reason, detail);
      const told =
        { cancelled: 'provider_cancelled', unavailable: 'provider_unavailable' }[reason] ?? 'provider_failed';
      return { ok: false, reason: `upstream_${reason}`, errors: { '': told }, provider: provider.id };
    },
  };
}
