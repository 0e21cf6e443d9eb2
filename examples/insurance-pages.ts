import { type Html, html } from './html.ts';

export interface Look {
  /** The app's own name, for example 'Auto Insurance'. */
  name: string;
}

type Claims = Readonly<Record<string, unknown>>;

const TIMES = new Set(['iat', 'exp', 'auth_time', 'updated_at']);

function frame({ name }: Look, title: string, body: Html, aside?: Html): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${name}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header><div><strong><a href="/">${name}</a></strong>${aside}</div></header>
<main>
${body}
</main>
</body>
</html>
`;
  return page.markup;
}

export function signedOutPage(look: Look, notice?: string): string {
  const body = html`${notice === undefined ? undefined : html`<p class="card" role="status">${notice}</p>`}
<section class="card hero">
<h1>Your cover, in one place</h1>
<p>See your policy, report damage and talk to us. Sign in, or create an account if you are new here.</p>
<div class="actions">
<a class="button first" href="/sign-in">Sign in</a>
<a class="button" href="/sign-up">Create account</a>
</div>
</section>`;
  return frame(look, 'Welcome', body);
}

function shown(name: string, value: unknown): string {
  if (TIMES.has(name) && typeof value === 'number') {
    return `${value} (${new Date(value * 1000).toISOString().replace('T', ' ').slice(0, 19)} UTC)`;
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const button = (action: string, words: string, first = false): Html =>
  html`<form method="post" action="${action}"><button class="button${first ? ' first' : ''}">${words}</button></form>`;

interface SignedIn {
  /** How to greet this person. */
  who: string;
  /** Claims of the ID token. */
  claims: Claims;
  canRefresh: boolean;
  canClaim: boolean;
  /** Where people look after their account: at the provider. */
  account: string;
  /** What the last button brought: a heading and the JSON it got. */
  result?: { title: string; json: unknown };
}

export function signedInPage(look: Look, { who, claims, canRefresh, canClaim, account, result }: SignedIn): string {
  const rows = Object.entries(claims).map(
    ([name, value]) => html`<tr><th scope="row">${name}</th><td>${shown(name, value)}</td></tr>`,
  );
  const body = html`<h1>Hello, ${who}</h1>
<p>You are signed in to ${look.name}.</p>
<div class="actions">
${button('/call-api', 'Call API', true)}
${canClaim ? button('/file-claim', 'File a claim') : undefined}
${canRefresh ? button('/refresh', 'Refresh') : undefined}
<a class="button" href="${account}">Your account</a>
${button('/sign-out', 'Sign out')}
</div>
${result === undefined ? undefined : html`<section class="card" role="status"><h2>${result.title}</h2><pre>${JSON.stringify(result.json, null, 2)}</pre></section>`}
<section class="card">
<h2>What the ID token says</h2>
<table>${rows}</table>
</section>`;
  return frame(look, 'Signed in', body, html`<span>${who}</span>`);
}

/** @param reason what happened, in words for a person; `code` is for whoever helps them. */
export function problemPage(
  look: Look,
  { title, reason, code }: { title: string; reason: string; code?: string },
): string {
  const body = html`<h1>${title}</h1>
<div class="card problem"><p>${reason}</p>${code === undefined ? undefined : html`<p class="quiet">Code: ${code}</p>`}</div>
<div class="actions"><a class="button first" href="/sign-in">Try again</a><a class="button" href="/">Back to the start</a></div>`;
  return frame(look, title, body);
}
