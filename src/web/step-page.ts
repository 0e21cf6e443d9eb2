import type { AttributeDemand } from '../accounts/index.ts';
import type { JsonObject } from '../base/index.ts';
import type { Step } from '../signin/index.ts';
import type { Page, Phrase } from './views.ts';

/**
 * A step of a sign-in, as its view wants it.
 *
 * @param now seconds since the epoch
 * @param botCheck what the page carries of a bot check, where it has to
 */
export function stepPage(step: Step, now: number, botCheck: JsonObject | undefined): Partial<Page> {
  const model = modelOf(step, now);
  return {
    model: botCheck === undefined ? model : { ...model, bot_check: botCheck },
    errors: errorsOf(step),
    values: step.values,
  };
}

function modelOf(step: Step, now: number): JsonObject {
  const { show, identifier, alternatives, trustDays } = step;
  const ways = alternatives.map((method) => ({ method }));
  const choices = step.choices.length > 0 ? { choices: step.choices.map(({ hasDomains: _told, ...one }) => one) } : {};
  switch (step.view) {
    case 'sign-in/identify':
      return { ...show, ...choices, can_identify: step.canIdentify, can_register: step.canRegister };
    case 'sign-in/password':
      return { identifier: identifier ?? '', can_recover: step.canRecover, alternatives: ways, ...choices };
    case 'sign-in/register':
      return {
        attributes: [EMAIL, ...attributeFields(show.attributes)],
        terms: show.terms ?? [],
        ...(show.password === true ? { password: { min_length: show.min_length } } : {}),
      };
    case 'tasks/give-attributes':
      return { attributes: attributeFields(show.attributes) };
    default: {
      const { resend_at: resendAt, ...rest } = show;
      return {
        ...rest,
        identifier: show.identifier ?? identifier ?? '',
        alternatives: ways,
        ...choices,
        ...(trustDays === undefined ? {} : { trust_days: trustDays }),
        ...waiting(resendAt, now),
      };
    }
  }
}

const EMAIL = { name: 'email', type: 'email', required: true, autocomplete: 'email' };

function waiting(resendAt: unknown, now: number): JsonObject {
  return typeof resendAt === 'number' ? { resend_in_seconds: Math.max(0, resendAt - now) } : {};
}

/** The kinds of field a browser knows; the operator's own kinds are checked on the server. */
function attributeFields(demands: unknown): JsonObject[] {
  const kinds: Record<string, string> = { phone: 'tel', locale: 'text' };
  return ((demands ?? []) as AttributeDemand[]).map(({ name, type, required, label, choices }) => ({
    name,
    type: kinds[type] ?? type,
    required,
    ...(label === undefined ? {} : { label }),
    ...(choices === undefined ? {} : { choices }),
    ...(name === 'phone_number' ? { autocomplete: 'tel' } : {}),
  }));
}

function errorsOf({ errors, retryAfter, show }: Step): Record<string, Phrase> {
  const about: Record<string, Record<string, number>> = {
    too_many_tries: { seconds: retryAfter ?? 60 },
    password_too_short: { count: Number(show.min_length ?? 15) },
    password_too_long: { count: 128 },
  };
  return Object.fromEntries(
    Object.entries(errors).map(([field, key]) => [field, about[key] ? { key, params: about[key] } : key]),
  );
}
