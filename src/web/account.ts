import Router from '@koa/router';
import type { Context } from 'koa';
import type { FieldErrors, Form } from '../accounts/index.ts';
import { AppError, newSecret } from '../base/index.ts';
import { ACCOUNT_CLIENT } from '../management/index.ts';
import type { BrowserSessions } from '../oidc/index.ts';
import type { Arriving, Flash, Flashes, SelfService } from '../selfservice/index.ts';
import { arrivalOf } from './arrival.ts';
import { readForm } from './form.ts';
import { keepLanguage } from './language.ts';
import type { Languages } from './languages.ts';
import type { Pages } from './pages.ts';
import { readUpload } from './upload.ts';
import type { Page, Phrase } from './views.ts';
import { wantsJson } from './wants-json.ts';

export interface AccountNeeds {
  issuer: string;
  sessions: BrowserSessions;
  selfService: SelfService;
  flashes: Flashes;
  pages: Pages;
  languages: Languages;
  /** A picture that somebody uploaded. */
  findPicture: (id: string) => Promise<{ type: string; bytes: Uint8Array } | undefined>;
  now: () => number;
}

const HOME = 'overview';
/** Characters. */
const LONGEST_TYPED = 2000;
/** The purpose that is proof alone: what was tried has to be tried again. */
const STEP_UP = 'account_change';
const proving = (section: string) => `proving ${section}`;
/** Seconds that a proof may take, for what was typed to be there afterwards. */
const PROVING = 900;
/** The way on from where somebody is signed out. */
const SIGN_IN = [{ label: 'sign_in', href: '/account' }];
const about = { clientId: ACCOUNT_CLIENT };

/**
 * The account pages: one GET and one POST for all sections, as pages and as JSON. They are a client of our own provider:
 * whoever is not signed in, or has to prove more, is sent to it like by any app, and comes back to the page they were on.
 */
export function accountRoutes({
  issuer,
  sessions,
  selfService,
  flashes,
  pages,
  languages,
  findPicture,
  now,
}: AccountNeeds): Router {
  const router = new Router();

  router.get('/account', (ctx) => show(ctx, HOME));
  router.get('/account/return', async (ctx) => {
    const section = sectionNamed(String(ctx.query.state ?? ''));
    // Whoever left without signing in is not sent back to sign in by itself.
    const session = await sessions.of(ctx);
    if (session) await tellProven(session.uid, section, ctx.query.error === undefined);
    if (ctx.query.error === undefined || session) return leave(ctx, addressOf(section));
    const actions = [{ label: 'sign_in', href: addressOf(section) }];
    pages.show(ctx, 'message', about, { model: { kind: 'cancelled', actions } });
  });
  router.get('/account/:section', (ctx) => show(ctx, String(ctx.params.section)));

  router.post('/account/:section/:verb', async (ctx) => {
    const { section = '', verb = '' } = ctx.params;
    const admitted = await selfService.admit(section, verb, arrivalOf(ctx).network);
    if (!admitted) throw notFound(ctx);
    const arriving = await arrivingOf(ctx);
    if (!arriving) return prove(ctx, section);
    const read = admitted.verb.takesFile ? await readFields(ctx) : { form: await readForm(ctx) };
    if (!read) return refuse(ctx, section, arriving, { file: 'picture_too_large' }, {});
    const { form, file } = read;
    const acted = await selfService.act(admitted, arriving, form, file);
    if (acted.kind === 'prove') return prove(ctx, section, acted.purpose, { arriving, form });
    if (acted.kind === 'refused') return refuse(ctx, section, arriving, acted.errors, form);
    const { notice, ended } = acted;
    // A language chosen in the footer stays until another one is chosen here.
    if (section === 'profile' && form.locale && form.locale !== arriving.session.user.locale) {
      keepLanguage(ctx, languages, form.locale);
    }
    if (wantsJson(ctx)) return answer(ctx, 200, { ok: true, ...(notice === undefined ? {} : { notice }) });
    if (ended) return pages.show(ctx, 'message', about, { model: { kind: notice ?? 'signed_out', actions: SIGN_IN } });
    if (notice !== undefined) await flashes.put(arriving.session.uid, section, { notice });
    leave(ctx, addressOf(section));
  });

  router.get('/account/:section/:file', async (ctx) => {
    const { section = '', file = '' } = ctx.params;
    const arriving = await arrivingOf(ctx);
    if (!arriving) return prove(ctx, section);
    const fetched = await selfService.fetch(section, file, arriving, queryOf(ctx));
    if (fetched.kind === 'unknown') throw notFound(ctx);
    if (fetched.kind === 'prove') return prove(ctx, section, fetched.purpose, { arriving, form: {} });
    const { filename, type, body } = fetched.file;
    ctx.set('cache-control', 'no-store');
    ctx.attachment(filename);
    ctx.type = type;
    ctx.body = body;
  });

  // Whoever knows the address sees it, as apps do that show it; the address tells nothing about its owner.
  router.get('/pictures/:id', async (ctx) => {
    const picture = await findPicture(String(ctx.params.id));
    if (!picture) throw notFound(ctx);
    ctx.set({ 'cache-control': 'public, max-age=31536000, immutable', 'cross-origin-resource-policy': 'cross-origin' });
    ctx.type = picture.type;
    ctx.body = Buffer.from(picture.bytes);
  });

  async function show(ctx: Context, section: string): Promise<void> {
    if (!selfService.sections.includes(section)) throw notFound(ctx);
    const arriving = await arrivingOf(ctx);
    const shown = arriving && (await selfService.show(section, arriving, queryOf(ctx)));
    if (!arriving || shown?.kind !== 'page') return prove(ctx, section);
    if (wantsJson(ctx)) return answer(ctx, 200, { section, model: shown.model, actions: `/account/${section}/` });
    const flash = await flashes.take(arriving.session.uid, section);
    pages.show(ctx, `account/${section}`, about, pageOf(section, shown.model, flash));
  }

  function pageOf(
    section: string,
    model: NonNullable<Page['model']>,
    { notice, errors, values }: Flash,
  ): Partial<Page> {
    const leftOut = (model.left_out ?? []) as string[];
    return {
      action: (verb) => `/account/${section}/${verb}`,
      model: { ...model, now: now(), section, sections: selfService.sections.filter((one) => !leftOut.includes(one)) },
      ...(notice === undefined ? {} : { notice }),
      ...(errors ? { errors: errors as Record<string, Phrase> } : {}),
      ...(values ? { values } : {}),
    };
  }

  async function refuse(
    ctx: Context,
    section: string,
    { session }: Arriving,
    errors: FieldErrors,
    form: Form,
  ): Promise<void> {
    if (wantsJson(ctx)) return answer(ctx, 422, { errors });
    await flashes.put(session.uid, section, { errors, values: shortIn(form) });
    leave(ctx, addressOf(section));
  }

  /** Back from proving more: nothing was done yet, which is told to whoever has proven it and to nobody else. */
  async function tellProven(uid: string, section: string, proven: boolean): Promise<void> {
    const kept = await flashes.take(uid, proving(section));
    if (proven && kept.notice !== undefined) await flashes.put(uid, section, kept);
  }

  async function arrivingOf(ctx: Context): Promise<Arriving | undefined> {
    const session = await sessions.of(ctx);
    if (!session) return undefined;
    const { ip, network, userAgent } = arrivalOf(ctx);
    return { session, lang: pages.lang(ctx, about), ip, network, userAgent };
  }

  /** To sign-in, and back here afterwards. The code that comes back is never redeemed: the session is all these pages want. */
  async function prove(
    ctx: Context,
    section: string,
    purpose?: string,
    tried?: { arriving: Arriving; form: Form },
  ): Promise<void> {
    const location = `/auth?${new URLSearchParams({
      client_id: ACCOUNT_CLIENT,
      redirect_uri: `${issuer}/account/return`,
      response_type: 'code',
      scope: 'openid',
      state: sectionNamed(section),
      code_challenge: newSecret(),
      code_challenge_method: 'S256',
      ...(purpose === undefined ? {} : { purpose }),
    })}`;
    if (!wantsJson(ctx)) {
      if (tried && purpose === STEP_UP) {
        const flash = { notice: 'proven', values: shortIn(tried.form) };
        await flashes.put(tried.arriving.session.uid, proving(section), flash, PROVING);
      }
      leave(ctx, location);
      return;
    }
    // RFC 9470 section 3 names what is missing; where nobody is signed in, OpenID Connect Core section 3.1.2.6 does.
    const error = purpose === undefined ? 'login_required' : 'insufficient_user_authentication';
    answer(ctx, purpose === undefined ? 401 : 403, { error, location });
  }

  const sectionNamed = (text: string) => (selfService.sections.includes(text) ? text : HOME);

  return router;
}

/** Undefined for a file that is too large: a person is told so on its page, a program by the status. */
function readFields(ctx: Context): Promise<{ form: Form; file?: Uint8Array } | undefined> {
  return readUpload(ctx).catch((error: unknown) => {
    if (error instanceof AppError && error.status === 413 && !wantsJson(ctx)) return undefined;
    throw error;
  });
}

/** What was typed, to be shown again: not what is too long to have been. */
function shortIn(form: Form): Record<string, string> {
  return Object.fromEntries(Object.entries(form).filter(([, value]) => value.length <= LONGEST_TYPED));
}

function addressOf(section: string): string {
  return section === HOME ? '/account' : `/account/${section}`;
}

function leave(ctx: Context, location: string): void {
  ctx.set('cache-control', 'no-store');
  ctx.status = 303;
  ctx.redirect(location);
}

function answer(ctx: Context, status: number, body: object): void {
  ctx.set('cache-control', 'no-store');
  ctx.status = status;
  ctx.body = body;
}

function queryOf(ctx: Context): Form {
  return Object.assign(Object.create(null) as Form, Object.fromEntries(ctx.URL.searchParams));
}

function notFound(ctx: Context): AppError {
  return new AppError('not_found', 404, `there is no ${ctx.path.split('/').slice(0, 4).join('/')}`);
}
