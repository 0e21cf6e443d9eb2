import * as client from 'openid-client';
import { startSocialAccount } from '../../examples/social-account.ts';
import { waitForMail } from './mailbox.ts';
import { createKey, newKey, useKey } from './passkey-page.ts';
import { autoApp, browserFor, type Person, register, signedUp, somebody } from './people.ts';
import { type Answer, type Browser, createBrowser, createRelyingParty } from './rp.ts';
import { visit } from './second-door.ts';
import type { RunningServer } from './server.ts';

/** A client that policy guards, in a browser that asks for it, and how its tokens come out at the end. */
export interface Entered {
  browser: Browser;
  person: Person;
  /** What is shown when the first factor is done. */
  shown: Answer;
  tokens(last: Answer): Promise<client.TokenEndpointResponse & client.TokenEndpointResponseHelpers>;
}

/** A way in: the names of the methods it covers, and everything up to the end of the first factor. */
export interface Way {
  methods: readonly string[];
  /** What its evidence says before anything more is asked (RFC 8176). */
  amr: readonly string[];
  acr: 'aal1' | 'phr';
  /** It was proven in an earlier sign-in: a new password voids it, and is asked for. */
  bySession?: true;
  enter(server: RunningServer, guarded: Guarded): Promise<Entered>;
}

/** The same policy guards an app and a device client. */
export interface Guarded {
  app: string;
  device: string;
}

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
/** An app that asks for a key: there, one is enrolled. */
export const KEYED = 'app-phishing_resistant';
export const redirectOf = (clientId: string) => `http://${clientId}.test/callback`;

export const guardedApp = (server: RunningServer, clientId: string) =>
  createRelyingParty({
    issuer: server.issuer,
    clientId,
    redirectUri: redirectOf(clientId),
    scope: 'openid profile email offline_access',
  });

/** Where accounts elsewhere are; whoever uses it closes it. */
export const social = await startSocialAccount({ name: 'Chirrup', port: 0 });
export const SOCIAL = `identity_providers:
  - { id: chirrup, type: oidc, issuer: "${social.issuer}", client_id: house, token_endpoint_auth_method: none }
`;

/** Somebody who has registered, and nothing of them in this browser. */
async function registered(server: RunningServer): Promise<Person> {
  const person = somebody();
  await register(server, await autoApp(server.issuer), browserFor(server.issuer), person);
  return person;
}

async function opened(server: RunningServer, { app }: Guarded, parameters: Record<string, string> = {}) {
  const browser = browserFor(server.issuer);
  return { browser, ...(await visit(await guardedApp(server, app), browser, parameters)) };
}

/** By an account elsewhere that has this person's address. */
async function fromElsewhere(server: RunningServer, { app }: Guarded, { email }: Person) {
  const browser = createBrowser({ origins: [server.issuer, social.issuer] });
  const { first, tokens } = await visit(await guardedApp(server, app), browser);
  const there = await browser.submit(first, {}, 'choice=chirrup');
  return { browser, tokens, shown: await browser.submit(there, { name: 'Robin Example', email }) };
}

/** Every way into an app that there is. A method that no row names fails the suite. */
export const waysIn: Record<string, Way> = {
  password: {
    methods: ['password'],
    amr: ['pwd'],
    acr: 'aal1',
    async enter(server, guarded) {
      const person = await registered(server);
      const { browser, first, tokens } = await opened(server, guarded);
      const asked = await browser.submit(first, { username: person.email });
      return { browser, person, tokens, shown: await browser.submit(asked, { 'current-password': person.password }) };
    },
  },

  'e-mail code': {
    methods: ['email-code'],
    amr: ['otp'],
    acr: 'aal1',
    async enter(server, guarded) {
      const person = await registered(server);
      const { browser, first, tokens } = await opened(server, guarded);
      const asked = await browser.submit(first, { username: person.email });
      const sent = await browser.submit(asked, {}, 'method=email-code');
      const { code } = await waitForMail(server.mail, person.email, 'sign_in_code');
      return { browser, person, tokens, shown: await browser.submit(sent, { 'one-time-code': code }) };
    },
  },

  passkey: {
    methods: ['passkey'],
    amr: ['hwk', 'user', 'mfa'],
    acr: 'phr',
    async enter(server, guarded) {
      const { browser: before, person } = await signedUp(server);
      const key = newKey(server.issuer);
      const { first: choose } = await visit(await guardedApp(server, KEYED), before);
      await createKey(before, await before.submit(choose, {}, 'method=webauthn'), key);
      const { browser, first, tokens } = await opened(server, guarded);
      return { browser, person, tokens, shown: await useKey(browser, first, key, 'passkey') };
    },
  },

  'an account elsewhere': {
    methods: ['federated'],
    amr: ['fed'],
    acr: 'aal1',
    async enter(server, guarded) {
      const person = somebody();
      return { person, ...(await fromElsewhere(server, guarded, person)) };
    },
  },

  'an account elsewhere that is added to one here': {
    methods: [],
    amr: ['pwd'],
    acr: 'aal1',
    async enter(server, guarded) {
      const person = await registered(server);
      const { browser, tokens, shown: both } = await fromElsewhere(server, guarded, person);
      const asked = await browser.submit(both, { username: person.email });
      return { browser, person, tokens, shown: await browser.submit(asked, { 'current-password': person.password }) };
    },
  },

  'sign-up': {
    methods: ['register'],
    amr: ['otp'],
    acr: 'aal1',
    async enter(server, guarded) {
      const person = somebody();
      const { browser, first, tokens } = await opened(server, guarded, { prompt: 'create' });
      const sent = await browser.submit(first, { email: person.email, 'new-password': person.password });
      const { code } = await waitForMail(server.mail, person.email, 'verify_email');
      return { browser, person, tokens, shown: await browser.submit(sent, { 'one-time-code': code }) };
    },
  },

  'password reset': {
    methods: ['recover'],
    amr: ['otp'],
    acr: 'aal1',
    async enter(server, guarded) {
      const person = await registered(server);
      const { browser, first, tokens } = await opened(server, guarded);
      const asked = await browser.submit(first, { username: person.email });
      const recover = await browser.submit(asked, {}, 'Forgot');
      const sent = await browser.submit(recover, { username: person.email });
      const { code } = await waitForMail(server.mail, person.email, 'reset_password');
      const choose = await browser.submit(sent, { 'one-time-code': code });
      const shown = await browser.submit(choose, { 'new-password': 'seven new horses in the rain' });
      return { browser, person: { ...person, password: 'seven new horses in the rain' }, tokens, shown };
    },
  },

  'an existing session': {
    methods: [],
    amr: ['otp'],
    acr: 'aal1',
    bySession: true,
    async enter(server, { app }) {
      const { browser, person } = await signedUp(server);
      const { first, tokens } = await visit(await guardedApp(server, app), browser);
      return { browser, person, tokens, shown: first };
    },
  },

  'the device flow': {
    methods: [],
    amr: ['otp'],
    acr: 'aal1',
    bySession: true,
    async enter(server, { device }) {
      const { browser, person } = await signedUp(server);
      const television = await guardedApp(server, device);
      const begun = await client.initiateDeviceAuthorization(television.config, { scope: 'openid' });
      const confirm = await browser.submit(await browser.get(begun.verification_uri), { user_code: begun.user_code });
      const shown = await browser.submit(confirm, {}, 'Yes');
      const tokens: Entered['tokens'] = async () => {
        const answer = await fetch(television.config.serverMetadata().token_endpoint ?? '', {
          method: 'POST',
          body: new URLSearchParams({ grant_type: DEVICE_GRANT, client_id: device, device_code: begun.device_code }),
        });
        const body = (await answer.json()) as { error?: string; id_token?: string };
        if (body.error === 'slow_down') {
          await new Promise((resolve) => setTimeout(resolve, 5000));
          return tokens(shown);
        }
        if (!answer.ok) throw new Error(`the device is told ${body.error}`);
        const claims = JSON.parse(Buffer.from(body.id_token?.split('.')[1] ?? '', 'base64url').toString());
        return { ...body, claims: () => claims } as unknown as Awaited<ReturnType<Entered['tokens']>>;
      };
      return { browser, person, tokens, shown };
    },
  },
};
