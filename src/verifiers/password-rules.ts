import type { Log } from '../base/index.ts';
import { type CommonPasswords, loadCommonPasswords } from './common-passwords.ts';
import { foldText, leftover, repeatedUnit } from './obvious-text.ts';

export interface PasswordRefusal {
  reason: 'password_too_short' | 'password_too_long' | 'password_common' | 'password_personal' | 'password_breached';
  /** `min` or `max` in characters, for the two about length. */
  params?: Record<string, number>;
}

/**
 * @param about the user's own data: e-mail address, names, the app's name. Empty texts are passed over.
 * @param minLength characters, when this user's minimum is not the usual one.
 */
export type PasswordRules = (
  password: string,
  about: readonly string[],
  minLength?: number,
) => Promise<PasswordRefusal | undefined>;

interface RulesNeeds {
  /** Characters: 15 where the password alone signs in, 8 where a second factor is enforced (NIST SP 800-63B-4 section 3.1.1.2). */
  minLength: number;
  /** True when the password is in a breach. May throw: then the password is taken as it is and a line is logged. */
  breach?: (password: string) => Promise<boolean>;
  log: Log;
}

/** Code points; 64 would be enough for the standard. */
export const LONGEST_PASSWORD = 128;
/** A repetition is as strong as what it repeats; less than this is nothing. */
const SHORTEST_UNIT = 8;
const SHORTEST_NAME = 3;

/**
 * What a new password must be by NIST SP 800-63B-4 section 3.1.1.2: long enough, not commonly used, expected or known
 * from a breach. Never how it is composed.
 */
export function createPasswordRules({ minLength: usualMin, breach, log }: RulesNeeds): PasswordRules {
  let common: Promise<CommonPasswords> | undefined;

  async function isBreached(password: string): Promise<boolean> {
    try {
      return breach ? await breach(password) : false;
    } catch (error) {
      log.warn({ err: error }, 'the breach list did not answer; the password was accepted without it');
      return false;
    }
  }

  return async (password, about, minLength = usualMin) => {
    const length = [...password.normalize('NFC')].length;
    if (length < minLength) return { reason: 'password_too_short', params: { min: minLength } };
    if (length > LONGEST_PASSWORD) return { reason: 'password_too_long', params: { max: LONGEST_PASSWORD } };

    common ??= loadCommonPasswords();
    const reason = obviousReason(password, about, await common);
    if (reason) return { reason };
    return (await isBreached(password)) ? { reason: 'password_breached' } : undefined;
  };
}

/**
 * A password is common or personal when hardly anything is left of it without one much used password, or without the
 * user's own data. Not more than one: four words that are each in the list make a good password.
 */
function obviousReason(
  password: string,
  about: readonly string[],
  commonPasswords: CommonPasswords,
): 'password_common' | 'password_personal' | undefined {
  const folded = foldText(password);
  const text = repeatedUnit(folded);
  if (text !== folded && text.length < SHORTEST_UNIT) return 'password_common';

  const bearable = Math.min(4, Math.floor(text.length / 4));
  const common = [...commonPasswords.within(text)];
  const own = ownWords(about).filter((word) => text.includes(word));
  const nothingLeft = (...words: string[]): boolean => leftover(text, words) <= bearable;

  if (nothingLeft()) return 'password_common';
  if (nothingLeft(...own)) return 'password_personal';
  if (common.some((word) => nothingLeft(word))) return 'password_common';
  return own.length > 0 && common.some((word) => nothingLeft(...own, word)) ? 'password_personal' : undefined;
}

/** Each text whole and in its words; of an e-mail address both sides without the top-level domain. */
function ownWords(about: readonly string[]): string[] {
  return about.flatMap((text) => {
    const whole = foldText(text.trim());
    const [local = '', domain] = whole.split('@');
    const sides = domain === undefined ? [local] : [local, domain.replace(/\.[^.]*$/, '')];
    const words = sides.flatMap((side) => [side, ...side.split(/[^\p{L}\p{N}]+/u)]);
    return [whole, ...words.filter((word) => word.length >= SHORTEST_NAME)].filter((word) => word !== '');
  });
}
