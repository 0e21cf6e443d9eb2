import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js';

export interface PhoneNumber {
  /** E.164 */
  number: string;
  /** ISO 3166-1 alpha-2 */
  country: string;
  /** The country's code and the first three digits behind it: numbers that cost alike. */
  prefix: string;
}

/**
 * A number as people type it.
 *
 * @param country whose numbers may be written without a country code
 * @returns undefined when nobody could have it
 */
export function parsePhone(text: string, country?: string): PhoneNumber | undefined {
  const home = country !== undefined && isSupportedCountry(country) ? (country as CountryCode) : undefined;
  const parsed = parsePhoneNumberFromString(text, home);
  if (!parsed?.isValid() || parsed.country === undefined) return undefined;
  const prefix = `+${parsed.countryCallingCode}${parsed.nationalNumber.slice(0, 3)}`;
  return { number: parsed.number, country: parsed.country, prefix };
}
