import type { JsonObject } from '../base/index.ts';
import { exits, Refusal } from './command.ts';

/** Options whose value is one word, by the signal they give. */
const TEXTS = {
  action: 'action',
  at: 'at',
  client: 'client',
  ip: 'ip',
  country: 'country',
  'device-platform': 'device_platform',
  method: 'method',
  'identity-provider': 'identity_provider',
  'sign-in-risk': 'sign_in_risk',
  'user-risk': 'user_risk',
  'password-changed': 'password_changed',
} as const;

/** Options whose value is a list: written with commas, or given several times. */
const LISTS = {
  group: 'groups',
  network: 'networks',
  'client-tag': 'client_tags',
  acr: 'requested_acr',
  'required-acr': 'required_acr',
  evidence: 'evidence',
  enrolled: 'enrolled',
  'accepted-terms': 'accepted_terms',
} as const;

/** Options that are there or, with `--no-`, the opposite. */
const TRUTHS = {
  'known-device': 'known_device',
  'trusted-network': 'trusted_network',
  'verified-email': 'verified_email',
  'verified-phone': 'verified_phone',
  disabled: 'disabled',
} as const;

/** Ways in that find out who it is: the first of them that is typed as evidence is the method. */
const WAYS_IN = ['password', 'email-code', 'passkey', 'federated'];

const each = <Name extends string, Option>(names: Readonly<Record<Name, string>>, option: Option) =>
  Object.fromEntries(Object.keys(names).map((name) => [name, option])) as Record<Name, Option>;

export const signalOptions = {
  ...each(TEXTS, { type: 'string' } as const),
  ...each(LISTS, { type: 'string', multiple: true } as const),
  ...each(TRUTHS, { type: 'boolean' } as const),
  attribute: { type: 'string', multiple: true },
} as const;

type Typed = { readonly [name: string]: string | boolean | readonly (string | boolean)[] | undefined };

/** Signals in the words of policies, as options of a command gave them. @throws Refusal */
export function typedSignals(typed: Typed): JsonObject {
  const given: JsonObject = {};
  for (const [option, signal] of Object.entries({ ...TEXTS, ...TRUTHS })) {
    if (typed[option] !== undefined) given[signal] = typed[option] as string | boolean;
  }
  for (const [option, signal] of Object.entries(LISTS)) {
    if (typed[option] !== undefined) given[signal] = items(typed[option]);
  }
  if (typed.attribute !== undefined) given.attributes = Object.fromEntries(items(typed.attribute).map(pair));
  const proofs = (given.evidence ?? []) as string[];
  const method = proofs.map((proof) => proof.split(':')[0] ?? '').find((proof) => WAYS_IN.includes(proof));
  return {
    ...(method !== undefined && { method }),
    ...given,
    ...(given.evidence !== undefined && { evidence: proofs.map(proof) }),
  };
}

/** What a problem with signals is about, as it was typed: `--known-device`. */
export function asTyped(problem: string): string {
  const options = Object.entries({ ...TEXTS, ...LISTS, ...TRUTHS, attribute: 'attributes' });
  return problem.replace(/^given\.(\w+)/, (_, signal: string) => {
    const [option = signal] = options.find(([, named]) => named === signal) ?? [];
    return `--${option}`;
  });
}

/** An empty text is the knowledge that there are none. */
function items(value: Typed[string]): string[] {
  const texts = Array.isArray(value) ? value : [value];
  return texts.flatMap((text) => String(text).split(',')).filter((text) => text !== '');
}

/** `totp:20m` is twenty minutes old. */
function proof(text: string): string | JsonObject {
  const [by = '', age] = text.split(':');
  return age === undefined ? by : { by, age };
}

function pair(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new Refusal(`--attribute must be NAME=VALUE; it is ${text}.`, exits.usage);
  return [text.slice(0, at), text.slice(at + 1)];
}
