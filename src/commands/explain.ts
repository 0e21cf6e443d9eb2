import { tidyReadableCode } from '../base/index.ts';
import { type Decision, explain, type Signals } from '../policy/index.ts';
import { command, Refusal } from './command.ts';
import { json, moment, print, printWhole } from './print.ts';

export const explainDecision = command({
  name: 'explain',
  takes: 'REFERENCE',
  says: 'why somebody was let in, asked for more or refused; the reference is on the page they saw',
  options: json,
  async run({ operations, words: [typed = ''], options }) {
    const reference = tidyReadableCode(typed);
    const { store } = await operations();
    const found = await store.decisions.find(reference);
    if (!found) throw new Refusal(`There is no decision ${reference}; they are kept for 180 days.`);
    const { at, userId, signals, decision } = found;
    const explanation = explain(decision as unknown as Decision, signals as unknown as Signals);
    if (options.json) return printWhole(true, { ...found, explanation });
    const email = userId === undefined ? undefined : (await store.users.find(userId))?.email;
    print([`Decision ${reference}, ${moment(at)}${email === undefined ? '' : `, about ${email}`}`, ...explanation, '']);
    printWhole(false, { signals, trace: decision.trace });
  },
});
