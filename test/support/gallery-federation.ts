import { homeApp, identifier, longApp, page, type Scene } from './gallery-pages.ts';

const provider = (choice: string, label: string, type = choice) => ({ method: 'federated', choice, label, type });
const brands = [
  provider('google', 'Google'),
  provider('apple', 'Apple'),
  provider('microsoft', 'Microsoft'),
  provider('facebook', 'Facebook'),
  provider('github', 'GitHub'),
  provider('acme', 'Acme Mutual Society', 'oidc'),
];
const passkey = { options: { challenge: 'AAAA', rpId: 'login.example.com', userVerification: 'required' } };

/** The pages of accounts elsewhere. */
export const federation: Scene[] = [
  {
    name: 'identify-providers',
    view: 'sign-in/identify',
    page: page({ model: { can_register: true, choices: brands, passkey } }),
  },
  {
    name: 'identify-providers-arabic',
    view: 'sign-in/identify',
    page: page({ lang: 'ar', client: homeApp, model: { choices: brands.slice(0, 3) } }),
  },
  {
    name: 'identify-providers-only',
    view: 'sign-in/identify',
    page: page({ client: homeApp, model: { can_identify: false, choices: brands } }),
  },
  {
    name: 'identify-linking',
    view: 'sign-in/identify',
    page: page({
      lang: 'de',
      client: longApp,
      values: { identifier },
      model: { linking: 'Google', can_register: true },
    }),
  },
  {
    name: 'identify-provider-unreachable',
    view: 'sign-in/identify',
    page: page({ errors: { '': 'provider_unavailable' }, model: { choices: brands.slice(0, 2) } }),
  },
  {
    name: 'password-providers',
    view: 'sign-in/password',
    page: page({ model: { identifier, alternatives: [{ method: 'email-code' }], choices: brands.slice(0, 2) } }),
  },
  {
    name: 'leaving',
    view: 'sign-in/leaving',
    // A picture of a page that does not leave.
    page: page({ model: { location: '#', host: 'accounts.google.com' } }),
  },
  {
    name: 'confirm-address',
    view: 'sign-in/confirm-address',
    page: page({ model: { provider: 'Facebook', email: identifier } }),
  },
  {
    name: 'confirm-link',
    view: 'enroll/confirm-link',
    page: page({ client: undefined, model: { provider: 'Google', email: 'robin@gmail.example', identifier } }),
  },
];
