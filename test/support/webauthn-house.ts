import { createLog, createSealing } from '../../src/base/index.ts';
import type { Factor, FactorContext } from '../../src/factors/index.ts';
import { webauthnFactor } from '../../src/factors/webauthn.ts';
import type { MethodContext } from '../../src/methods/index.ts';
import { passkeyMethod } from '../../src/methods/passkey.ts';
import { createEphemeralPostgres } from '../../src/store/ephemeral-postgres.ts';
import type { Authenticator, User } from '../../src/store/index.ts';
import { createWebAuthn, type WebAuthnSettings } from '../../src/verifiers/index.ts';
import type { Opened } from '../store/drivers.ts';
import { type CeremonyOptions, createSoftAuthenticator, type Misbehaviour } from './soft-authenticator.ts';

export const ISSUER = 'https://login.example.com';

const CLIENT = {
  id: 'auto',
  name: 'Auto Insurance',
  methods: ['password', 'passkey'],
  registration: true,
  attributes: [],
  terms: [],
};
const FROM = { client: CLIENT, lang: 'en', ip: '192.0.2.1', userAgent: 'Mozilla/5.0 (Windows NT 10.0) Chrome/140' };

let people = 0;

/** The factor and the method over a real store, for one person after another, with what was logged. */
export function webauthnHouse({ store, db }: Opened, given: Partial<WebAuthnSettings> = {}) {
  const settings = { origins: [], allowed_aaguids: [], attestation_roots: [], ...given };
  const logged: string[] = [];
  let skew = 0;
  const clock = () => Date.now() + skew;
  const webauthn = createWebAuthn({
    issuer: ISSUER,
    settings: () => settings,
    title: () => 'Example Insurance',
    sealing: createSealing(['a secret of thirty-two characters and more']),
    ephemeral: createEphemeralPostgres(db),
    noteUse: store.authenticators.noteUse,
    log: createLog('info', (line) => logged.push(line)),
    clock,
  });
  const factor = webauthnFactor({ webauthn, authenticatorsOf: store.authenticators.listFor, clock });
  const method = passkeyMethod({ webauthn, findByCredential: store.authenticators.findByCredential, clock });

  async function somebody(): Promise<User> {
    const id = `keyholder-${++people}`;
    await store.users.insert({ id, email: `${id}@example.com`, emailVerified: true });
    const user = await store.users.find(id);
    if (!user) throw new Error('the user is gone');
    return user;
  }

  const context = (user: User, signInId = 'one sign-in'): FactorContext => ({ ...FROM, user, signInId });

  /** From the enrolment's page to the stored key. */
  async function enroll(user: User, answer: (options: CeremonyOptions) => string, form = {}) {
    const { enrollment } = factor as Required<Factor>;
    const page = await enrollment.begin(context(user), await store.authenticators.listFor(user.id));
    const credential = answer(optionsOf(page));
    const outcome = await enrollment.complete(context(user), { ...form, credential }, page.remember);
    if (outcome.ok !== true) return outcome;
    await store.authenticators.add({ ...outcome.authenticator, userId: user.id, factor: factor.name });
    return outcome;
  }

  /** A new person with a key of theirs. */
  async function keyholder(options: Omit<Parameters<typeof createSoftAuthenticator>[0], 'origin'> = {}) {
    const user = await somebody();
    const key = createSoftAuthenticator({ origin: ISSUER, ...options });
    const enrolled = await enroll(user, (asked) => key.create(asked));
    if (enrolled.ok !== true) throw new Error('the key was not enrolled');
    const [authenticator] = await store.authenticators.listFor(user.id);
    return { user, key, id: authenticator?.id ?? '' };
  }

  return {
    webauthn,
    factor,
    method,
    logged,
    somebody,
    context,
    enroll,
    keyholder,
    keysOf: (user: User): Promise<Authenticator[]> => store.authenticators.listFor(user.id),
    pass: (seconds: number) => {
      skew += seconds * 1000;
    },

    /** Asks for the key as a second factor, and hands in what `answer` makes of it. */
    async second(user: User, answer: (options: CeremonyOptions) => string) {
      const authenticators = await store.authenticators.listFor(user.id);
      const page = await factor.begin(context(user), authenticators);
      const form = { credential: answer(optionsOf(page)) };
      return factor.complete(context(user), form, page.remember, authenticators);
    },

    /** Asks for any key as the first factor. */
    async first(answer: (options: CeremonyOptions) => string, signInId = 'one sign-in') {
      const about: MethodContext = { ...FROM, identifier: undefined, signInId };
      const shown = await method.upfront?.(about);
      return method.complete(about, { credential: answer(shown?.options as unknown as CeremonyOptions) }, {});
    },
  };
}

export type WebAuthnHouse = ReturnType<typeof webauthnHouse>;

export function optionsOf({ show }: { show: Record<string, unknown> }): CeremonyOptions & Record<string, unknown> {
  return show.options as CeremonyOptions & Record<string, unknown>;
}

export type { Misbehaviour };
