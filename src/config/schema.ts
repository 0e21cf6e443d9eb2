import type { z } from 'zod';
import * as is from './setting-types.ts';

/**
 * Every setting: its name in `Config`, its name in the environment (and with `_FILE` the name of a file that holds it),
 * and what it may be. `secret` ones are never shown, not even when they are wrong.
 */
export const SETTINGS = {
  issuer: { env: 'ISSUER', type: is.issuer },
  port: { env: 'PORT', type: is.port.default(3000) },
  host: { env: 'HOST', type: is.host.default('127.0.0.1') },
  workers: { env: 'WORKERS', type: is.workers.default(1) },
  logLevel: { env: 'LOG_LEVEL', type: is.logLevel.default('info') },
  metricsPort: { env: 'METRICS_PORT', type: is.port.exactOptional() },
  databaseUrl: { env: 'DATABASE_URL', type: is.url('postgres', 'postgresql').exactOptional(), secret: true },
  redisUrl: { env: 'REDIS_URL', type: is.url('redis', 'rediss').exactOptional(), secret: true },
  dataDir: { env: 'DATA_DIR', type: is.path.default('.data') },
  secrets: { env: 'SALLYPORT_SECRET', type: is.secrets.exactOptional(), secret: true },
  configFile: { env: 'SALLYPORT_CONFIG', type: is.path.exactOptional() },
  smtpUrl: { env: 'SMTP_URL', type: is.url('smtp', 'smtps').exactOptional(), secret: true },
  mailFrom: { env: 'MAIL_FROM', type: is.mailbox.exactOptional() },
  smsUrl: { env: 'SMS_URL', type: is.url('twilio', 'vonage', 'https', 'http', 'log').exactOptional(), secret: true },
  geoipDb: { env: 'GEOIP_DB', type: is.path.exactOptional() },
  trustedProxies: { env: 'TRUSTED_PROXIES', type: is.cidrs.default([]) },
  outboundAllow: { env: 'OUTBOUND_ALLOW', type: is.hostPorts.default([]) },
  demo: { env: 'SALLYPORT_DEMO', type: is.yesOrNo.default(false) },
  production: { env: 'NODE_ENV', type: is.production.default(false) },
} satisfies Record<string, Setting>;

export interface Setting {
  env: string;
  type: z.ZodType;
  secret?: true;
}

/** The settings as read, before what follows from others is filled in. */
export type Settings = z.output<z.ZodObject<{ [Name in keyof typeof SETTINGS]: (typeof SETTINGS)[Name]['type'] }>>;
