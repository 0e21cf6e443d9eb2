import { parsePhoneNumberFromString } from 'libphonenumber-js';
import type { Json, JsonObject } from '../base/index.ts';
import type { User, UserChanges } from '../store/index.ts';
import type { AttributeDemand } from './client-demands.ts';

/** Fields of a form as they arrived: text, and nothing else. */
export type Form = Record<string, string>;

/** Language keys of what is wrong, by field. */
export type FieldErrors = Record<string, string>;

/** What a user gave: the columns it belongs in, the operator's own attributes apart. */
export interface Collected {
  givenName?: string;
  familyName?: string;
  phone?: string;
  locale?: string;
  attributes: JsonObject;
}

/** What a ticked box and programs send for yes. */
const YES: readonly string[] = ['true', 'on', '1', 'yes'];

/** Everything that is no yes is no. */
export function ticked(text = ''): boolean {
  return YES.includes(text);
}

type Parsed = { ok: true; value: Json | undefined } | { ok: false; error: string };

/** Attributes that every user has a column for, and may change without proving anything. */
export const PROFILE_COLUMNS = { given_name: 'givenName', family_name: 'familyName', locale: 'locale' } as const;

const COLUMNS: Record<string, keyof Omit<Collected, 'attributes'>> = { ...PROFILE_COLUMNS, phone_number: 'phone' };

/** Checks a form against what the app asks for. All that is wrong is said at once; nothing unasked is taken over. */
export function collectAttributes(
  form: Form,
  demands: readonly AttributeDemand[],
): { collected: Collected; errors: FieldErrors } {
  const collected: Collected = { attributes: {} };
  const errors: FieldErrors = {};
  for (const demand of demands) {
    const parsed = parse((form[demand.name] ?? '').trim(), demand);
    if (!parsed.ok) errors[demand.name] = parsed.error;
    else if (parsed.value !== undefined) place(collected, demand.name, parsed.value);
  }
  return { collected, errors };
}

/** Which of the demanded attributes a user still owes. */
export function missingAttributes(user: User, demands: readonly AttributeDemand[]): AttributeDemand[] {
  return demands.filter(({ name, required }) => required && attributeOf(user, name) === undefined);
}

/** What is known of somebody under an attribute's name. */
export function attributeOf(user: User, name: string): Json | undefined {
  const column = COLUMNS[name];
  return column ? user[column] : user.attributes[name];
}

/** What was given, added to what is known, as a change to a user. */
export function collectedChanges(user: User, { attributes, ...columns }: Collected): UserChanges {
  return { ...columns, attributes: { ...user.attributes, ...attributes } };
}

function place(collected: Collected, name: string, value: Json): void {
  const column = COLUMNS[name];
  if (column) collected[column] = String(value);
  else collected.attributes[name] = value;
}

function parse(text: string, demand: AttributeDemand): Parsed {
  if (demand.type === 'boolean') {
    const value = ticked(text);
    return demand.required && !value ? wrong('required') : right(value);
  }
  if (text === '') return demand.required ? wrong('required') : right(undefined);
  if (text.length > (demand.maxLength ?? 200)) return wrong('value_too_long');
  if (hasControlCharacter(text)) return wrong('value_invalid');
  if (demand.pattern !== undefined && !new RegExp(`^(?:${demand.pattern})$`, 'u').test(text))
    return wrong('value_invalid');
  return parsers[demand.type](text, demand);
}

const parsers: Record<
  Exclude<AttributeDemand['type'], 'boolean'>,
  (text: string, demand: AttributeDemand) => Parsed
> = {
  text: right,
  choice: (text, { choices = [] }) => (choices.includes(text) ? right(text) : wrong('value_invalid')),
  date: (text) => (isDate(text) ? right(text) : wrong('date_invalid')),
  locale: (text) => (isLocale(text) ? right(text) : wrong('value_invalid')),
  number(text, { minimum = -Infinity, maximum = Infinity }) {
    const value = Number(text);
    if (!Number.isFinite(value)) return wrong('number_invalid');
    return value >= minimum && value <= maximum ? right(value) : wrong('number_range');
  },
  phone(text) {
    const number = parsePhoneNumberFromString(text);
    return number?.isValid() ? right(number.number) : wrong('phone_invalid');
  },
};

function right(value: Json | undefined): Parsed {
  return { ok: true, value };
}

function wrong(error: string): Parsed {
  return { ok: false, error };
}

function isDate(text: string): boolean {
  // The 31st of February is read as the 3rd of March.
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

function isLocale(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}

function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
