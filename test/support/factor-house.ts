import { createEnrollAuthenticator, createIssueAccessPass, type User } from '../../src/accounts/index.ts';
import { createRecorder } from '../../src/audit/index.ts';
import { createLog, createSealing } from '../../src/base/index.ts';
import type { Enrollment, Factor, FactorContext, FactorOutcome, FactorPage } from '../../src/factors/index.ts';
import { createMailedCodes, type NewSecrets } from '../../src/verifiers/mailed-code.ts';
import type { Opened } from '../store/drivers.ts';

const SECRETS = ['a secret of thirty-two characters and more'] as const;
const CLIENT = {
  id: 'home',
  name: 'Home Insurance',
  methods: ['password'],
  registration: true,
  attributes: [],
  terms: [],
};
const FROM = { client: CLIENT, lang: 'en', ip: '192.0.2.1', userAgent: 'Mozilla/5.0 (Windows NT 10.0) Chrome/140' };

let people = 0;

/**
 * What a factor needs, over a real store, and the rooms round it that keep what it made. Opened twice on one database it
 * is a server that was started again.
 *
 * @param secrets the newest first
 */
export function factorHouse({ store }: Opened, secrets: readonly [string, ...string[]] = SECRETS) {
  let now = Date.now();
  const clock = () => now;
  const sealing = createSealing(secrets);
  const recorder = createRecorder({ rows: store.auditEvents, log: createLog('silent'), clock });
  const enrollAuthenticator = createEnrollAuthenticator({ store, recorder, tell: async () => {} });
  const mailed: (NewSecrets & { to: string | undefined })[] = [];
  const contextOf = (user: User, signInId = 'one sign-in'): FactorContext => ({ ...FROM, user, signInId });
  const authenticatorsOf = (user: User) => store.authenticators.listFor(user.id);

  async function find(id: string): Promise<User> {
    const user = await store.users.find(id);
    if (!user) throw new Error('the user is gone');
    return user;
  }

  return {
    needs: {
      sealing,
      clock,
      advance: store.authenticators.advance,
      houseName: () => 'Example Insurance',
      useCode: store.recoveryCodes.use,
      codesLeft: store.recoveryCodes.left,
      usePass: store.accessPasses.use,
      codes: createMailedCodes({ store, sealing, clock }),
      mailSecondFactor: (context: FactorContext) => async (secrets: NewSecrets) => {
        mailed.push({ ...secrets, to: context.user.email });
      },
    },
    mailed,
    issueAccessPass: createIssueAccessPass({ store, sealing, recorder }),
    clock,
    /** Lets time go by, or turns it back. */
    pass(seconds: number) {
      now += seconds * 1000;
    },
    contextOf,
    authenticatorsOf,
    find,

    async somebody(): Promise<User> {
      const id = `second-door-${++people}`;
      await store.users.insert({ id, email: `${id}@example.com`, emailVerified: true });
      return find(id);
    },

    /** A page that asks for it, answered once for each form, all at the same time. */
    async ask(factor: Factor, user: User, forms: readonly Record<string, string>[]): Promise<FactorOutcome[]> {
      const authenticators = await authenticatorsOf(user);
      const { remember } = stored(await factor.begin(contextOf(user), authenticators));
      return Promise.all(forms.map((form) => factor.complete(contextOf(user), form, remember, authenticators)));
    },

    async enrollmentPage(factor: Factor, user: User): Promise<FactorPage> {
      return stored(await enrollmentOf(factor).begin(contextOf(user), await authenticatorsOf(user)));
    },

    /** Answers such a page; what is confirmed is kept as the server keeps it. */
    async confirm(factor: Factor, user: User, { remember }: FactorPage, form: Record<string, string> = {}) {
      const outcome = await enrollmentOf(factor).complete(contextOf(user), form, remember);
      if (outcome.ok === true) await enrollAuthenticator(user, factor.name, outcome.authenticator, FROM);
      return outcome;
    },
  };
}

export type FactorHouse = ReturnType<typeof factorHouse>;

/** How many of them got in. */
export const letIn = (outcomes: readonly FactorOutcome[]): number => outcomes.filter(({ ok }) => ok === true).length;

/** Why nobody got in, in the words of the page's field. */
export function refusal(outcome: { ok: unknown; errors?: Record<string, string> } | undefined): unknown {
  return outcome?.ok === false ? outcome.errors : outcome;
}

function enrollmentOf({ name, enrollment }: Factor): Enrollment {
  if (!enrollment) throw new Error(`${name} cannot be enrolled`);
  return enrollment;
}

/** As it comes back from where the state of a sign-in lies. */
function stored(page: FactorPage): FactorPage {
  return JSON.parse(JSON.stringify(page)) as FactorPage;
}
