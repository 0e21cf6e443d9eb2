import type { Operations } from '../operations.ts';
import { type Call, type Command, command, Refusal, wholeNumber } from './command.ts';
import { day, json, note, print, printTable, printWhole } from './print.ts';

export const userList = command({
  name: 'user list',
  takes: '[TEXT]',
  says: 'by part of an address or a name; --limit N, --after ID',
  options: { ...json, limit: { type: 'string', default: '50' }, after: { type: 'string', default: '' } },
  async run({ operations, words: [search], options }) {
    const { store } = await operations();
    const page = { limit: wholeNumber('--limit', options.limit, 1000), after: options.after };
    const users = await store.users.list(search === undefined ? page : { ...page, search });
    const state = (user: (typeof users)[number]) =>
      user.disabled ? 'disabled' : user.emailVerified ? '' : 'unverified';
    printTable(options.json, users, (user) => [user.id, user.email ?? '', state(user), day(user.createdAt)]);
  },
});

export const userShow = command({
  name: 'user show',
  takes: 'USER',
  says: 'with groups, sessions and what they have enrolled; USER is an e-mail address or an id',
  options: json,
  async run(call) {
    const { store } = await call.operations();
    const user = await theUser(call);
    const [sessions, enrolled] = await Promise.all([
      store.sessions.listFor(user.id),
      store.authenticators.listFor(user.id),
    ]);
    const authenticators = enrolled.map(({ sealed: _sealed, userId: _userId, ...shown }) => shown);
    printWhole(call.options.json, { ...user, authenticators, sessions });
  },
});

export const userChanges: readonly Command[] = [
  change(
    'disable',
    'disable',
    'ends everything of theirs and keeps them out',
    'is disabled; sessions and tokens are dead',
  ),
  change('enable', 'enable', 'lets them sign in again', 'is enabled'),
  change('delete', 'remove', 'with everything that belongs to them', 'is deleted; sessions and tokens are dead'),
  change('sign-out', 'signOutEverywhere', 'ends every session and token of theirs', 'is signed out everywhere'),
  change(
    'clear-risk',
    'clearRisk',
    'says that the account is its owner’s again: user_risk is high no more',
    'is no longer said to be at risk',
  ),
];

export const userAccessPass = command({
  name: 'user access-pass',
  takes: 'USER',
  says: 'lets somebody in once who lost every second factor; --minutes N, 60',
  options: { minutes: { type: 'string', default: '60' } },
  async run(call) {
    const minutes = wholeNumber('--minutes', call.options.minutes, 24 * 60);
    const { issueAccessPass } = await call.operations();
    const { id } = await theUser(call);
    const pass = await issueAccessPass(id, call.by, minutes);
    if (pass === undefined) throw new Refusal(`There is no user ${id} any more.`);
    print([pass]);
    note(`Good once, for ${minutes} minutes, beside their first factor. It is not shown again.`);
  },
});

function change(word: string, what: keyof Operations['users'], says: string, done: string): Command {
  return command({
    name: `user ${word}`,
    takes: 'USER',
    says,
    async run(call) {
      const { users } = await call.operations();
      const { id, email } = await theUser(call);
      if (!(await users[what](id))) throw new Refusal(`There is no user ${id} any more.`);
      print([`${email ?? id} ${done}.`]);
    },
  });
}

/** Whom a command is about. @param name the first word unless it says otherwise */
export async function theUser({ operations, words }: Call<unknown>, name = words[0] ?? '') {
  const { users } = (await operations()).store;
  const user = name.includes('@') ? await users.findByEmail(name) : await users.find(name);
  if (!user) throw new Refusal(`There is no user ${name}.`);
  return user;
}
