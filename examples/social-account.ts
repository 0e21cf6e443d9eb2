/**
 * Another house's accounts, as far as an OpenID provider has to be one: whoever opens it says who they are, and is
 * believed. It stands in for Google and its kin, which are not to be had on a machine without a network.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import Router from '@koa/router';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import Koa, { type Context } from 'koa';
import { html } from './html.ts';
import { readForm } from './read-form.ts';
import { styleSheet } from './style.ts';

interface SocialAccount {
  name: string;
  /** 0 for any free one. */
  port: number;
}

/** What was allowed and has not been fetched yet, by code. */
interface Allowed {
  name: string;
  email: string;
  nonce: string;
  challenge: string;
  clientId: string;
}

/** Starts it on localhost. @returns its issuer, and how to stop it */
export async function startSocialAccount({
  name,
  port,
}: SocialAccount): Promise<{ issuer: string; close(): Promise<void> }> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const key = { ...(await exportJWK(publicKey)), kid: 'only', alg: 'ES256', use: 'sig' };
  const allowed = new Map<string, Allowed>();
  const app = new Koa();
  const router = new Router();
  let issuer = '';

  router.get('/.well-known/openid-configuration', (ctx) => {
    ctx.body = {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    };
  });
  router.get('/jwks', (ctx) => {
    ctx.body = { keys: [key] };
  });

  router.get('/authorize', (ctx) => {
    ctx.type = 'html';
    ctx.body =
      html`<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${name}</title><style>${{ markup: styleSheet('#6b3fa0') }}</style>
<header><div><strong>${name}</strong></div></header>
<main><h1>Who are you?</h1><p>This stands in for Google and its kin: it believes whatever you say.</p>
<form class="card" method="post">
<p><label>Name<br><input name="name" autocomplete="name" value="Robin Example" required></label></p>
<p><label>E-mail address<br><input name="email" type="email" autocomplete="email" value="robin@chirrup.example" required></label></p>
<div class="actions"><button class="button first">Continue</button><button class="button" name="no" value="no">Cancel</button></div>
</form></main></html>`.markup;
  });

  router.post('/authorize', async (ctx) => {
    const form = await readForm(ctx.req);
    const asked = (field: string) => String(ctx.query[field] ?? '');
    const back = new URL(asked('redirect_uri'));
    back.searchParams.set('state', asked('state'));
    back.searchParams.set('iss', issuer);
    if (form.has('no')) back.searchParams.set('error', 'access_denied');
    else {
      const code = randomUUID();
      const [who, email] = [form.get('name') ?? '', form.get('email') ?? ''];
      const challenge = asked('code_challenge');
      allowed.set(code, { name: who, email, nonce: asked('nonce'), challenge, clientId: asked('client_id') });
      back.searchParams.set('code', code);
    }
    ctx.status = 303;
    ctx.redirect(back.href);
  });

  router.post('/token', async (ctx) => {
    const form = await readForm(ctx.req);
    const code = form.get('code') ?? '';
    const one = allowed.get(code);
    allowed.delete(code);
    const proof = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (!one || proof !== one.challenge) return refuse(ctx);
    const { email, nonce, clientId } = one;
    const [given, ...family] = one.name.split(' ');
    const names = { name: one.name, given_name: given, family_name: family.join(' ') || undefined };
    const token = new SignJWT({ email, email_verified: true, nonce, ...names });
    ctx.body = {
      token_type: 'Bearer',
      access_token: randomUUID(),
      expires_in: 60,
      id_token: await token
        .setProtectedHeader({ alg: 'ES256', kid: 'only' })
        .setIssuer(issuer)
        .setAudience(clientId)
        .setSubject(createHash('sha256').update(email).digest('base64url'))
        .setIssuedAt()
        .setExpirationTime('5m')
        .sign(privateKey),
    };
  });

  app.use(router.routes());
  const server = app.listen(port, 'localhost');
  await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject));
  issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function refuse(ctx: Context): void {
  ctx.status = 400;
  ctx.body = { error: 'invalid_grant' };
}
