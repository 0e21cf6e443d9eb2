import Router from '@koa/router';
import type { Context } from 'koa';
import type { SignOut } from '../accounts/index.ts';
import { AppError, digest, type JsonObject } from '../base/index.ts';
import type { Consents, Interaction, Interactions } from '../oidc/index.ts';
import type { Departures, Finished, Outcome, SignIn, Verb, Visit } from '../signin/index.ts';
import { verbs } from '../signin/index.ts';
import { arrivalOf } from './arrival.ts';
import { keepDevice, readDevice } from './device-cookie.ts';
import { readForm } from './form.ts';
import { aboutInteraction, type Faces, type Pages } from './pages.ts';
import { stepPage } from './step-page.ts';
import type { Page } from './views.ts';
import { wantsJson } from './wants-json.ts';

export interface InteractionNeeds {
  interactions: Interactions;
  consents: Consents;
  signIn: SignIn;
  departures: Departures;
  signOut: Pick<SignOut, 'endSession'>;
  /** The address of a user, for pages that say who this is about. */
  addressOf: (userId: string) => Promise<string | undefined>;
  /** Whether somebody has signed in as this user from this browser before. */
  knowsDevice: (userId: string, device: string) => Promise<boolean>;
  /** @param trust it need not be asked for a second factor for a while, too. */
  rememberDevice: (userId: string, device: Uint8Array, trust: boolean) => Promise<unknown>;
  /** What a page carries so that its browser can show that no robot uses it. */
  botChallenge: (uid: string) => Promise<JsonObject | undefined>;
  faces: Faces;
  pages: Pages;
  now: () => number;
}

/**
 * One GET and one POST for every step of every sign-in. The GET shows what is asked and changes nothing; the POST changes
 * it and leads back to the GET, or on to the app. Asked for JSON, both answer the same step as data.
 */
export function interactionRoutes(needs: InteractionNeeds): Router {
  const { interactions, consents, signIn, departures, signOut, addressOf, rememberDevice, faces, pages, now } = needs;
  const router = new Router();

  router.get('/interaction/:uid', async (ctx) => {
    const [interaction, recalled] = await Promise.all([find(ctx), signIn.recall(String(ctx.params.uid))]);
    if (interaction.prompt.name === 'consent') return showConsent(ctx, interaction);
    await answer(ctx, interaction, await signIn.show(await visitOf(ctx, interaction), recalled));
  });

  router.post('/interaction/:uid/:verb', async (ctx) => {
    const { uid = '', verb = '' } = ctx.params;
    const admission = isVerb(verb) ? signIn.admit(uid, arrivalOf(ctx).network) : undefined;
    const [interaction, admitted] = await Promise.all([find(ctx), admission]);
    const form = await readForm(ctx);
    if (verb === 'cancel') return leave(ctx, await cancel(interaction));
    if (interaction.prompt.name === 'consent') return leave(ctx, await decideConsent(interaction, verb));
    if (!admitted || !isVerb(verb)) throw new AppError('not_found', 404, `there is no verb ${verb}`);
    const outcome = await signIn.act(await visitOf(ctx, interaction, form.bot_check), admitted, verb, form);
    if (outcome.kind !== 'step' || wantsJson(ctx)) return answer(ctx, interaction, outcome);
    leave(ctx, `/interaction/${interaction.uid}`);
  });

  // What somebody brings back from another provider: it was left at the door, and is taken up once, by the browser that left.
  router.get('/interaction/:uid/return', async (ctx) => {
    const { uid = '' } = ctx.params;
    const [interaction, admitted] = await Promise.all([find(ctx), signIn.admit(uid, arrivalOf(ctx).network)]);
    const brought =
      interaction.prompt.name === 'consent' ? undefined : await departures.collect(uid, String(ctx.query.ticket ?? ''));
    const outcome = brought && (await signIn.act(await visitOf(ctx, interaction), admitted, 'return', brought));
    if (outcome && outcome.kind !== 'step') return answer(ctx, interaction, outcome);
    leave(ctx, `/interaction/${interaction.uid}`);
  });

  async function find(ctx: Context): Promise<Interaction> {
    const interaction = await interactions.find(ctx, String(ctx.params.uid));
    if (!interaction) {
      // A browser whose sign-in is over still brings something: its session, or what it was remembered by.
      const code = ctx.get('cookie') === '' ? 'cookies_missing' : 'interaction_expired';
      throw new AppError(code, 400, 'no such interaction in this browser');
    }
    return interaction;
  }

  async function visitOf(ctx: Context, interaction: Interaction, botCheck = ''): Promise<Visit> {
    const { uid, prompt, clientId, session, continues, loginHint, hintedSubject, requested } = interaction;
    const { providerHint, fresh, purpose } = interaction;
    const app = faces.app(clientId);
    if (!app) throw new AppError('invalid_request', 400, `the client ${clientId} is gone`);
    const { ip, network, userAgent } = arrivalOf(ctx);
    const device = readDevice(ctx);
    const hint = loginHint ?? (await addressFor(hintedSubject, session, device));
    return {
      uid,
      prompt: prompt.name,
      client: app.demands,
      hint,
      providerHint,
      purpose,
      fresh,
      session,
      continues,
      requested,
      lang: pages.lang(ctx, aboutInteraction(interaction)),
      ip,
      network,
      botCheck,
      userAgent,
      device,
    };
  }

  /** An app may name a user it knows; their address is told only where it is known: an app need not know it. */
  async function addressFor(subject: string | undefined, session: Interaction['session'], device: string | undefined) {
    if (subject === undefined || subject === session?.userId) return session?.email;
    return device !== undefined && (await needs.knowsDevice(subject, device)) ? addressOf(subject) : undefined;
  }

  async function answer(ctx: Context, interaction: Interaction, outcome: Outcome): Promise<void> {
    if (outcome.kind === 'finished') return leave(ctx, await finish(ctx, interaction, outcome.finished));
    if (outcome.kind === 'selected') return leave(ctx, await interactions.finishSelection(interaction));
    if (outcome.kind === 'unreachable') {
      return leave(ctx, await refuse(interaction, 'unmet_authentication_requirements'));
    }
    if (outcome.kind === 'leaving') return sendAway(ctx, interaction, outcome.location);
    const { step } = outcome;
    if (step.retryAfter !== undefined) ctx.set('retry-after', String(step.retryAfter));
    const page = stepPage(step, now(), step.botCheck ? await needs.botChallenge(interaction.uid) : undefined);
    if (wantsJson(ctx)) {
      ctx.set('cache-control', 'no-store');
      ctx.body = { step: step.view, ...page, actions: `/interaction/${interaction.uid}/` };
      return;
    }
    showPage(ctx, interaction, step.view, page);
  }

  /**
   * To another provider. After a form that is a page which goes there by itself: browsers apply `form-action` to every
   * redirect that follows a form, and nobody knows where a provider leads on to. Whoever has a purpose comes from a form of
   * the account pages.
   */
  function sendAway(ctx: Context, interaction: Interaction, location: string): void {
    const model = { location, host: new URL(location).hostname };
    const afterForm = ctx.method !== 'GET' || interaction.purpose !== undefined;
    if (wantsJson(ctx) || !afterForm) leave(ctx, location);
    else showPage(ctx, interaction, 'sign-in/leaving', { model });
  }

  function showPage(ctx: Context, interaction: Interaction, view: string, page: Partial<Page>): void {
    const action = (verb: string) => `/interaction/${interaction.uid}/${verb}`;
    // An end of the road: the words of a message, under the name of the step.
    const isEnd = view === 'denied' || view === 'stuck';
    const content = isEnd ? { model: { kind: view, ...page.model } } : page;
    pages.show(ctx, isEnd ? 'message' : view, aboutInteraction(interaction), { action, cancel: 'cancel', ...content });
  }

  async function finish(ctx: Context, interaction: Interaction, finished: Finished): Promise<string> {
    const { ip, userAgent } = arrivalOf(ctx);
    const { userId, evidence, at, endedSessions, persistent, trust, knownDevice, purpose } = finished;
    const { session, sessionEnded } = interaction;
    const another = session !== undefined && session.userId !== userId;
    if (another) await signOut.endSession(session.uid, 'another_user');
    const replacesSession = another || endedSessions || sessionEnded;
    const login = { userId, evidence, at, ip, userAgent, knownDevice, remember: persistent, replacesSession, purpose };
    const [location] = await Promise.all([
      interactions.finishLogin(interaction, login),
      signIn.forget(interaction.uid),
      rememberDevice(userId, digest(keepDevice(ctx)), trust),
    ]);
    return location;
  }

  async function cancel(interaction: Interaction): Promise<string> {
    if (interaction.prompt.name === 'consent' && interaction.session) {
      await consents.deny(interaction, interaction.session.userId);
    }
    return refuse(interaction, 'access_denied');
  }

  async function refuse(interaction: Interaction, error: Parameters<Interactions['refuse']>[1]): Promise<string> {
    const [location] = await Promise.all([interactions.refuse(interaction, error), signIn.forget(interaction.uid)]);
    return location;
  }

  async function decideConsent(interaction: Interaction, verb: string): Promise<string> {
    if (verb !== 'allow') throw new AppError('not_found', 404, `there is no verb ${verb} here`);
    if (!interaction.session) throw new AppError('interaction_expired', 400, 'the session has ended');
    await consents.allow(interaction, interaction.session.userId);
    return interactions.finishConsent(interaction);
  }

  async function showConsent(ctx: Context, interaction: Interaction): Promise<void> {
    const { scopes, claims, resources } = consents.question(interaction);
    const asked = [...scopes, ...claims, ...Object.values(resources).flat()];
    const account = interaction.session && (await addressOf(interaction.session.userId));
    const model: JsonObject = { account: account ?? '', scopes: asked.map((scope) => ({ scope })) };
    if (wantsJson(ctx)) ctx.body = { step: 'consent', model, actions: `/interaction/${interaction.uid}/` };
    else showPage(ctx, interaction, 'consent', { model });
  }

  return router;
}

/** The next address: a redirect after a form, or its JSON for apps that draw their own screens. */
function leave(ctx: Context, location: string): void {
  ctx.set('cache-control', 'no-store');
  if (wantsJson(ctx)) {
    ctx.body = { location };
    return;
  }
  ctx.status = 303;
  ctx.redirect(location);
}

function isVerb(text: string): text is Verb {
  return (verbs as readonly string[]).includes(text);
}
