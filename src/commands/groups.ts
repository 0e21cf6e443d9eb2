import { didYouMean } from '../config/index.ts';
import { type Call, command, Refusal, wholeNumber } from './command.ts';
import { policySetOf } from './desired.ts';
import { json, print, printTable } from './print.ts';
import { theUser } from './users.ts';

export const groupAdd = command({
  name: 'group add',
  takes: 'GROUP USER',
  says: 'a group of the configuration file; it counts at the next request of theirs',
  async run(call) {
    const [group, { id, email }] = [await theGroup(call), await theUser(call, call.words[1])];
    const { groups } = await call.operations();
    const added = await groups.add(id, group, call.by);
    print([`${email ?? id} is ${added ? 'now' : 'already'} in the group ${group}.`]);
  },
});

export const groupRemove = command({
  name: 'group remove',
  takes: 'GROUP USER',
  says: 'also from a group that is gone from the file',
  async run(call) {
    const [group = '', name] = call.words;
    const { id, email } = await theUser(call, name);
    const { groups } = await call.operations();
    if (!(await groups.remove(id, group, call.by))) throw new Refusal(`${email ?? id} is not in the group ${group}.`);
    print([`${email ?? id} is no longer in the group ${group}.`]);
  },
});

export const groupMembers = command({
  name: 'group members',
  takes: 'GROUP',
  says: '--limit N, --after ID',
  options: { ...json, limit: { type: 'string', default: '1000' }, after: { type: 'string', default: '' } },
  async run({ operations, words: [group = ''], options }) {
    const { store } = await operations();
    const page = { after: options.after, limit: wholeNumber('--limit', options.limit, 10_000) };
    const members = await store.groupMembers.list(group, page);
    printTable(options.json, members, ({ id, email = '' }) => [id, email]);
  },
});

/** @throws Refusal for one that nobody has defined: policies could not name it */
async function theGroup(call: Call<unknown>): Promise<string> {
  const [group = ''] = call.words;
  const { names } = await policySetOf(call, undefined);
  if (names.group.includes(group)) return group;
  const meant = didYouMean(group, names.group);
  throw new Refusal(
    `There is no group ${group}${meant ? `; did you mean ${meant}?` : '; groups are in the configuration file.'}`,
  );
}
