import { openPlaces } from '../access/index.ts';
import { epochSeconds, type JsonObject, systemClock } from '../base/index.ts';
import { didYouMean, readConfig } from '../config/index.ts';
import { evaluate, explain, factorNames, signalsFrom } from '../policy/index.ts';
import { type Call, command, exits, Refusal } from './command.ts';
import { policySetOf } from './desired.ts';
import { json, listed, note, print, printWhole } from './print.ts';
import { asTyped, signalOptions, typedSignals } from './typed-signals.ts';
import { theUser } from './users.ts';

export const policyWhatIf = command({
  name: 'policy what-if',
  takes: '[FILE]',
  says: 'what would come of --client ID [--user USER | --group A,B] [--evidence password,totp:20m] [--country DE] …',
  options: { ...json, ...signalOptions, user: { type: 'string' } },
  async run(call) {
    const now = epochSeconds(systemClock);
    const { policies, names, complete } = await policySetOf(call, call.words[0]);
    const typed = typedSignals(call.options);
    const { client, ip } = typed;
    if (typeof client === 'string' && !names.client.includes(client)) {
      const meant = didYouMean(client, names.client);
      note(`There is no client ${client}${meant ? `; did you mean ${meant}?` : '.'}`);
    }
    const about = call.options.user === undefined ? {} : await factsOf(call, call.options.user, now);
    const place = typeof ip === 'string' ? await placeOf(call, ip) : {};
    const read = signalsFrom(complete({ ...place, ...about, ...typed }), { now });
    if (!read.ok) throw new Refusal(listed(read.problems.map(asTyped)), exits.usage);

    const { signals } = read;
    const decision = evaluate(policies, signals);
    const explanation = explain(decision, signals);
    if (call.options.json) return printWhole(true, { outcome: decision.outcome, explanation, decision, signals });
    print([`Outcome: ${decision.outcome}`, ...explanation]);
  },
});

/** Everything a sign-in of a real user would know about them. */
async function factsOf(call: Call<unknown>, name: string, now: number): Promise<JsonObject> {
  const { store } = await call.operations();
  const user = await theUser(call, name);
  const [accepted, terms, password, enrolled] = await Promise.all([
    store.acceptances.list(user.id),
    store.resources.list('terms'),
    store.passwords.find(user.id),
    store.authenticators.listFor(user.id),
  ]);
  const isAccepted = (id: string, version: unknown) =>
    accepted.some((one) => one.termsId === id && one.version === version);
  return {
    user: user.id,
    ...(user.email !== undefined && { email: user.email }),
    disabled: user.disabled,
    groups: user.groups,
    attributes: user.attributes,
    verified_email: user.emailVerified,
    verified_phone: user.phoneVerified,
    accepted_terms: terms.filter(({ id, body }) => isAccepted(id, body.version)).map(({ id }) => id),
    ...(password && { password_changed: `${Math.max(0, now - password.changedAt)}s` }),
    enrolled: [...new Set(enrolled.map(({ factor }) => factor))].filter((factor) => factorNames.includes(factor)),
  };
}

/** As the server would place the address, by the database that it has. */
async function placeOf({ env }: Call<unknown>, ip: string): Promise<JsonObject> {
  const read = readConfig(env);
  const { country } = (await openPlaces(read.ok ? read.config.geoipDb : undefined))(ip);
  return country === undefined ? {} : { country };
}
