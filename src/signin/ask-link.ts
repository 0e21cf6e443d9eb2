import type { LinkIdentity } from '../accounts/index.ts';
import type { Person } from './ask-factor.ts';
import { cleared } from './ask-method.ts';
import { linkedProvider } from './purpose.ts';
import type { SignInState } from './state.ts';
import type { Visit } from './step.ts';

export interface AskLinkNeeds {
  linkIdentity: LinkIdentity['link'];
}

/** Only to be called when adding to the account was found allowed for this very answer. */
export type AskLink = (state: SignInState, visit: Visit, person: Person) => Promise<SignInState>;

/** Adds what somebody came by to the account that they have proven to be theirs. */
export function createAskLink({ linkIdentity }: AskLinkNeeds): AskLink {
  return async (state, visit, { user }) => {
    const { client, lang, ip, userAgent } = visit;
    const { linking, linkConfirmed: _said, ...rest } = cleared(state);
    // Where it became somebody's meanwhile there is nothing to add, and the sign-in is as good without.
    if (linking) await linkIdentity(user, linking.identity, 'owner', { client, lang, ip, userAgent });
    return linkedProvider(visit) === undefined ? rest : { ...rest, purposeDone: true };
  };
}
