import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import type { JsonObject } from '../base/index.ts';
import type { Resource } from './resource.ts';

const host = z.string().regex(/^(?:[a-z0-9-]+\.)*[a-z0-9-]+$/, 'must be a host name, lower-case');
const keyOrigin = z
  .string()
  .refine(
    (text) => /^android:apk-key-hash:[\w-]+$/.test(text) || (URL.canParse(text) && new URL(text).origin === text),
    'must be an origin like https://example.com, or android:apk-key-hash:…',
  );
const aaguid = z.string().regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'must be an AAGUID, lower-case');
const certificate = z.string().refine(isCertificate, 'must be a certificate (PEM)');

/** Passkeys and security keys. */
const webauthn = z
  .strictObject({
    /** The domain keys are for: the issuer's host or a domain above it. Changing it makes all keys useless. */
    rp_id: host.optional(),
    /** Where else keys may be used (WebAuthn section 5.11, related origins; apps for Android). */
    origins: z.array(keyOrigin).default([]),
    /** Models that may be enrolled; any, when empty. */
    allowed_aaguids: z.array(aaguid).default([]),
    /** Makers that have to vouch for the model. */
    attestation_roots: z.array(certificate).default([]),
  })
  .refine(({ allowed_aaguids: models, attestation_roots: roots }) => models.length === 0 || roots.length > 0, {
    path: ['attestation_roots'],
    message: 'must name the makers of allowed_aaguids: without them anybody can claim a model',
  });

/** What somebody has to do, who may be a robot, before a message is sent or an account made. */
const botCheck = z
  .strictObject({
    /** `altcha` is work for the browser, done here and told to nobody; the others are somebody else's. */
    provider: z.enum(['altcha', 'turnstile', 'hcaptcha', 'off']).default('altcha'),
    when: z.enum(['raised', 'always']).default('raised'),
    /** From one address (IPv6: one /64); with the next one the risk is raised. */
    messages_per_hour: z.int().min(1).max(1_000_000).default(10),
    /** Of `altcha`: 5 is about a second's work. */
    difficulty: z.int().min(1).max(100).default(5),
    site_key: z.string().min(1).max(200).optional(),
    secret: z.string().min(1).max(200).optional(),
  })
  .superRefine(({ provider, site_key: siteKey, secret }, context) => {
    if (provider === 'altcha' || provider === 'off') return;
    const missing = Object.entries({ site_key: siteKey, secret }).filter(([, value]) => value === undefined);
    for (const [path] of missing) {
      context.addIssue({ code: 'custom', path: [path], message: `must be what ${provider} gave you` });
    }
  });

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
  bot_check: botCheck.prefault({}),
  /** The group whose members administer: policies that would lock all of them out are refused. */
  administrators: z.string().min(1).default('administrators'),
  /** Other names for the authentication context classes, for clients that know them by those. */
  acr_aliases: z.record(z.string().min(1).max(200), z.enum(['aal1', 'aal2', 'phr'])).default({}),
  webauthn: webauthn.prefault({}),
  /** What people can do with their own account. */
  account: z
    .strictObject({
      /** Days between the wish to be deleted and the deletion. */
      deletion_days: z.int().min(1).max(90).default(14),
      /** Days until somebody who lost every second factor is let in without one; 0 switches this off. */
      recovery_days: z.int().min(0).max(90).default(0),
    })
    .prefault({}),
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
  secrets: [['bot_check', 'secret']],
  exported(body) {
    const { bot_check: check } = body as { bot_check?: JsonObject };
    if (check?.secret === undefined) return body;
    return { ...body, bot_check: { ...check, secret: { env: 'BOT_CHECK_SECRET' } } };
  },
};

export const defaultSettings: SettingsResource = settingsSchema.parse({});

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
