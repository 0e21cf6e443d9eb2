import { parseEmail, type User } from '../accounts/index.ts';
import { AppError } from '../base/index.ts';
import type { SignInMethod } from '../methods/index.ts';
import { type AskMethod, cleared, typed } from './ask-method.ts';
import { firstMethod, firstSends, freshState, homeOf, opening } from './open.ts';
import type { SignInState } from './state.ts';
import type { Visit } from './step.ts';

/** Finding out who it is: from the first page on, and anew where policy wants it. */
export interface Identify {
  /** How a sign-in begins. */
  open(visit: Visit): Promise<SignInState>;
  /** Somebody says which address is theirs. */
  byAddress(state: SignInState, visit: Visit, typedIdentifier: string): Promise<SignInState>;
  /** Who they are has to be proven anew; what was proven of this very person stays. */
  again(state: SignInState, visit: Visit, user: User): Promise<SignInState>;
  offeredBy(visit: Visit): SignInMethod[];
  /** @throws AppError `method_not_offered` */
  offered(name: string | undefined, visit: Visit): SignInMethod;
}

export interface IdentifyNeeds {
  methods: readonly SignInMethod[];
  askMethod: AskMethod;
  findUser: (id: string) => Promise<User | undefined>;
}

export function createIdentify({ methods, askMethod, findUser }: IdentifyNeeds): Identify {
  function offered(name: string | undefined, visit: Visit): SignInMethod {
    const method = methods.find((one) => one.name === name && one.offered(visit.client));
    if (!method) throw new AppError('method_not_offered', 400, `${name} is not offered by ${visit.client.id}`);
    return method;
  }

  async function byAddress(state: SignInState, visit: Visit, typedIdentifier: string): Promise<SignInState> {
    const identifier = parseEmail(typedIdentifier);
    if (!identifier) {
      const error = typedIdentifier.trim() === '' ? 'required' : 'email_invalid';
      return { ...cleared(state), errors: { identifier: error }, values: typed({ identifier: typedIdentifier }) };
    }
    const home = homeOf(methods, visit, identifier);
    if (home) return askMethod.begin(home.method, { ...known(state), identifier }, visit, home.choice);
    const method = firstMethod(methods, visit);
    if (!method) return { ...cleared(state), errors: { identifier: 'method_not_offered' }, values: { identifier } };
    return askMethod.begin(method, { ...known(state), identifier }, visit);
  }

  return {
    offered,
    offeredBy: ({ client }) => methods.filter((method) => method.offered(client)),
    byAddress,

    async open(visit) {
      const { session, continues } = visit;
      if (session && continues) {
        const { userId, email } = session;
        return { evidence: [], userId, continuing: true, ...(email === undefined ? {} : { identifier: email }) };
      }
      const how = opening(methods, visit);
      const state = freshState(visit);
      if (how.begin === 'register') return askMethod.begin(offered('register', visit), state, visit);
      if (how.begin === 'select') {
        const { email = '' } = (visit.session && (await findUser(visit.session.userId))) ?? {};
        return { ...state, identifier: email, selecting: true };
      }
      if (how.begin === 'elsewhere') return askMethod.begin(how.method, state, visit, how.choice);
      return how.begin === 'identified' ? byAddress(state, visit, how.identifier) : state;
    },

    async again(state, visit, { id, email }) {
      const { userId: _known, pending: _pending, ...rest } = cleared(state);
      const asked = { ...rest, about: id };
      // A page that is only looked at sends nothing: whoever would get a code is asked for their address first.
      const elsewhere = email !== undefined && homeOf(methods, visit, email) !== undefined;
      if (email === undefined || elsewhere || !firstMethod(methods, visit) || firstSends(methods, visit, email)) {
        return { ...asked, values: { identifier: email ?? '' } };
      }
      return byAddress(asked, visit, email);
    },
  };
}

/** What stays when the question who it is begins anew: the evidence about somebody, in case it is them. */
function known({ evidence, about, continuing, kept, linking }: SignInState): SignInState {
  const coming = linking ? { linking } : {};
  if (about === undefined) return { evidence: [], ...coming };
  return { evidence, about, ...coming, ...(continuing ? { continuing } : {}), ...(kept ? { kept } : {}) };
}
