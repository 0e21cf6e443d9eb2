import { z } from 'zod';
import type { JsonObject } from '../base/index.ts';
import type { Resource } from './resource.ts';

const settingsSchema = z.strictObject({
  password: z
    .strictObject({
      /** Characters, when the password is all there is (NIST SP 800-63B-4 section 3.1.1.2). */
      min_length: z.int().min(8).max(64).default(15),
      /** Asks whether a password was in a leak, by the first five digits of its hash. */
      breach_check: z.boolean().default(false),
    })
    .prefault({}),
  /** Apps may register themselves with an initial access token (RFC 7591). */
  dynamic_registration: z.boolean().default(false),
  limits: z
    .strictObject({
      /** Sign-in requests a minute from one address (IPv6: one /64). */
      requests_per_minute: z.int().min(10).max(1_000_000).default(120),
      /** Messages in a quarter of an hour to one address. */
      messages_per_quarter_hour: z.int().min(1).max(1000).default(5),
    })
    .prefault({}),
  /** Other names for the authentication context classes, for clients that know them by those. */
  acr_aliases: z.record(z.string().min(1).max(200), z.enum(['aal1', 'aal2', 'phr'])).default({}),
  keys: z
    .strictObject({
      rotate_after_days: z.int().min(1).max(3650).default(90),
      publish_ahead_hours: z.int().min(1).max(720).default(24),
    })
    .prefault({}),
});

export type SettingsResource = z.output<typeof settingsSchema>;

export const settings: Resource<SettingsResource & JsonObject> = {
  kind: 'settings',
  section: 'settings',
  shape: 'map',
  schema: settingsSchema as unknown as z.ZodType<SettingsResource & JsonObject>,
};

export const defaultSettings: SettingsResource = settingsSchema.parse({});
