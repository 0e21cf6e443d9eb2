import Koa, { type Middleware } from 'koa';
import { escapeHtml, type Html, html } from './html.ts';
import { styleSheet } from './style.ts';

/** One caught mail. */
export interface Mail {
  id: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  /** Epoch milliseconds. */
  at: number;
}

export interface Mailbox {
  /** Newest first. */
  messages(): Mail[];
  add(message: Mail): void;
  /** A text message, shown like a mail. */
  addText(message: { id: string; to: string; text: string }): void;
  /** The pages: a list, one mail, and `/messages.json` for programs. */
  middleware: Middleware;
}

const KEPT = 200;
const HEADERS = {
  // A mail brings its own inline styles; scripts it may not bring, and nothing is fetched for it.
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};
const COPY_SCRIPT = `const button = document.querySelector('[data-copy]');
button?.addEventListener('click', async () => {
  await navigator.clipboard.writeText(button.dataset.copy);
  button.textContent = 'Copied';
});
`;

// New mail shows itself; an open mail, and a list without news, stays still.
const NEWS_SCRIPT = `const newest = document.querySelector('main [data-newest]').dataset.newest;
setInterval(async () => {
  const [mail] = await fetch('/messages.json').then((answer) => answer.json()).catch(() => []);
  if (mail && mail.id !== newest) location.reload();
}, 1500);
`;

/** Where the mail of a demonstration arrives: nothing leaves this machine. */
export function createMailbox(): Mailbox {
  const kept: Mail[] = [];
  const messages = (): Mail[] => [...kept];

  const add = (message: Mail): void => {
    kept.unshift(message);
    kept.length = Math.min(kept.length, KEPT);
  };

  const middleware: Middleware = (ctx) => {
    ctx.set(HEADERS);
    const [, folder, id] = ctx.path.split('/');
    const mail = folder === 'messages' ? kept.find((candidate) => candidate.id === id) : undefined;
    if (ctx.path === '/style.css') {
      ctx.type = 'css';
      ctx.body = styleSheet('#3b4a63');
    } else if (ctx.path === '/copy.js') {
      ctx.type = 'js';
      ctx.body = COPY_SCRIPT;
    } else if (ctx.path === '/news.js') {
      ctx.type = 'js';
      ctx.body = NEWS_SCRIPT;
    } else if (ctx.path === '/messages.json') ctx.body = messages();
    else if (ctx.path === '/') ctx.body = listPage(messages());
    else if (mail !== undefined) ctx.body = mailPage(mail);
    else {
      ctx.status = 404;
      ctx.body = frame('Not here', html`<h1>This mail is not here</h1><p><a href="/">All mail</a></p>`);
    }
  };

  return {
    messages,
    add,
    addText({ id, to, text }) {
      const code = /#(\d{6,8})$/.exec(text)?.[1] ?? '';
      add({ id, to, subject: `Text message: ${code}`, text, html: html`<p>${text}</p>`.markup, at: Date.now() });
    },
    middleware,
  };
}

/** The same with a port of its own. */
export async function startMailbox(
  port: number,
): Promise<Pick<Mailbox, 'add' | 'addText'> & { close: () => Promise<void> }> {
  const { add, addText, middleware } = createMailbox();
  const server = new Koa().use(middleware).listen(port, 'localhost');
  await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject));
  return {
    add,
    addText,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function frame(title: string, body: Html, head?: Html): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Mailbox</title>
<link rel="stylesheet" href="/style.css">${head}
</head>
<body>
<header><div><strong><a href="/">Mailbox</a></strong><span>for trying out</span></div></header>
<main>
${body}
</main>
</body>
</html>
`;
  return page.markup;
}

const time = (at: number): Html => {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}">${iso.slice(11, 19)} UTC</time>`;
};

function listPage(mails: readonly Mail[]): string {
  const rows = mails.map(
    ({ id, subject, to, at }) =>
      html`<li><a href="/messages/${encodeURIComponent(id)}"><strong>${subject}</strong><span class="quiet">to ${to} · ${time(at)}</span></a></li>`,
  );
  const list =
    rows.length === 0
      ? html`<p class="card">No mail yet. Codes and links that the demo sends to anybody arrive here.</p>`
      : html`<ul class="mails card">${rows}</ul>`;
  const body = html`<h1>All mail</h1><div data-newest="${mails[0]?.id ?? ''}">${list}</div>
<noscript><p class="quiet">Reload the page to see new mail.</p></noscript>`;
  return frame('All mail', body, html`<script src="/news.js" defer></script>`);
}

/** A code of six to eight digits that stands alone on a line, else the one at the end of the subject. */
function codeIn({ subject, text }: Mail): string | undefined {
  const found = /^\s*(\d{3,4}[ \u00a0-]?\d{3,4})\s*$/m.exec(text)?.[1] ?? /(\d{6,8})\s*$/.exec(subject)?.[1];
  return found?.replace(/\D/g, '');
}

function mailPage(mail: Mail): string {
  const code = codeIn(mail);
  const copy = html`<section class="card code"><output aria-label="Code">${code}</output>
<button class="button" type="button" data-copy="${code}">Copy code</button></section>`;
  // Links of the mail open in a tab of their own; the frame itself may run and send nothing.
  const document = `<base target="_blank">${mail.html}`;
  const body = html`<h1>${mail.subject}</h1>
<p class="quiet">to ${mail.to} · ${time(mail.at)} · <a href="/">All mail</a></p>
${code === undefined ? undefined : copy}
<section class="card"><h2>As text</h2><pre>${linked(mail.text)}</pre></section>
<section class="card"><h2>As it looks</h2>
<iframe title="The mail as it looks" sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="${document}"></iframe></section>`;
  return frame(mail.subject, body, html`<script src="/copy.js" defer></script>`);
}

function linked(text: string): Html {
  const markup = text
    .split(/(https?:\/\/[^\s<>"']+)/)
    .map((part, index) =>
      index % 2 === 1 ? `<a href="${escapeHtml(part)}">${escapeHtml(part)}</a>` : escapeHtml(part),
    );
  return { markup: markup.join('') };
}
