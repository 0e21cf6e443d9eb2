import { z } from 'zod';
import type { JsonObject } from '../base/index.ts';
import type { SmsLimits } from '../store/index.ts';
import type { Resource } from './resource.ts';

const country = z.string().regex(/^[A-Z]{2}$/, 'must be a country by its two capital letters (ISO 3166-1)');
const count = (usual: number) => z.int().min(1).max(10_000_000).default(usual);

const smsSchema = z.strictObject({
  /** Where text messages may go; nowhere, when empty: each of them costs money, and some countries cost a lot. */
  countries: z.array(country).default([]),
  /** Whose numbers may be written without a country code. */
  default_country: country.optional(),
  /** Messages in 24 hours, in all. */
  daily_cap: count(1000),
  per_number_an_hour: count(5),
  per_user_a_day: count(10),
  per_address_an_hour: count(20),
  /** To numbers that begin alike. */
  per_prefix_an_hour: count(200),
  /** Share of codes that have to be used; below it, nothing more is sent to numbers that begin alike for an hour. */
  least_conversion: z.number().min(0).max(1).default(0.15),
});

export type SmsResource = z.output<typeof smsSchema>;

export const sms: Resource<SmsResource & JsonObject> = {
  kind: 'sms',
  section: 'sms',
  shape: 'map',
  schema: smsSchema as unknown as z.ZodType<SmsResource & JsonObject>,
};

export const defaultSms: SmsResource = smsSchema.parse({});

/** The caps by the names that the store counts them by. */
export function smsLimits(caps: Omit<SmsResource, 'countries'>): SmsLimits {
  return {
    daily: caps.daily_cap,
    perNumberHour: caps.per_number_an_hour,
    perUserDay: caps.per_user_a_day,
    perIpHour: caps.per_address_an_hour,
    perPrefixHour: caps.per_prefix_an_hour,
    conversion: caps.least_conversion,
  };
}
