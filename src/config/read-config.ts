import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Environment, environmentTexts, type ReadFile, reasonOf } from './environment-texts.ts';
import { SETTINGS, type Setting, type Settings } from './schema.ts';
import { secretInFolder } from './secret-file.ts';
import { SHORTEST_SECRET } from './setting-types.ts';

type Frozen<T> = T extends object ? { readonly [Key in keyof T]: Frozen<T[Key]> } : T;

/** What the operator decided, checked and frozen. Optional fields are absent when they are not given. */
export type Config = Frozen<
  Omit<Settings, 'secrets' | 'mailFrom'> & {
    /** The master secrets, newest first, each of 32 characters or more. */
    secrets: [string, ...string[]];
    mailFrom: string;
  }
>;

interface Outside {
  /** @throws when the file cannot be read. */
  readFile?: ReadFile;
  /** The master secret kept in the data folder, made when there is none. Asked only when everything else is right. */
  keptSecret?: (dataDir: string) => string;
}

/** @returns every problem at once, each a sentence that says the name, what is wrong and what would be right. */
export function readConfig(
  env: Environment,
  { readFile = (path) => readFileSync(path, 'utf8'), keptSecret = secretInFolder }: Outside = {},
): { ok: true; config: Config } | { ok: false; problems: string[] } {
  const all = Object.entries<Setting>(SETTINGS);
  const { texts, problems } = environmentTexts({ env, names: all.map(([, setting]) => setting.env), readFile });
  const values: Record<string, unknown> = {};
  for (const [name, setting] of all) {
    const text = texts.get(setting.env);
    if (text === '') continue;
    const read = z.object({ value: setting.type }).safeParse(text === undefined ? {} : { value: text });
    if (!read.success) problems.push(sentence(setting, text, read.error.issues[0]?.message));
    else if ('value' in read.data) values[name] = read.data.value;
  }
  problems.push(...contradictions(values, texts));
  if (problems.length > 0) return { ok: false, problems };

  // Without problems every required setting is there.
  const settings = values as Settings;
  const secrets = settings.secrets ?? ownSecret(settings.dataDir, keptSecret);
  if (typeof secrets === 'string') return { ok: false, problems: [secrets] };
  const mailFrom = settings.mailFrom ?? `no-reply@${new URL(settings.issuer).hostname}`;
  return { ok: true, config: freeze({ ...settings, secrets, mailFrom }) };
}

function sentence({ env, secret }: Setting, text: string | undefined, message = 'is wrong'): string {
  return `${env} ${message}${text === undefined || secret ? '' : `; it is ${JSON.stringify(text)}`}.`;
}

/** What is right by itself and wrong together. */
function contradictions(values: Partial<Settings>, texts: ReadonlyMap<string, string>): string[] {
  const embedded = !texts.has('DATABASE_URL');
  const { port, metricsPort, production, demo, smsUrl, workers = 1 } = values;
  const rules: [broken: boolean, problem: string][] = [
    [
      !embedded && !texts.has('SALLYPORT_SECRET'),
      'SALLYPORT_SECRET must be set when DATABASE_URL is: servers that share a database share it. Make one with: openssl rand -base64 32.',
    ],
    [
      embedded && workers > 1,
      'WORKERS must be 1 without DATABASE_URL: the embedded database belongs to one process. Set DATABASE_URL to use more.',
    ],
    [
      metricsPort !== undefined && metricsPort === port && port > 0,
      'METRICS_PORT must be another port than PORT: metrics are not for the public.',
    ],
    [
      production === true && demo === true,
      'SALLYPORT_DEMO must not be set when NODE_ENV is production: the demo shows codes and mail to everybody.',
    ],
    [
      smsUrl?.startsWith('log:') === true && demo !== true,
      'SMS_URL must name a gateway (twilio:, vonage:, https: or http:): log: writes codes into the log and works in the demo only.',
    ],
  ];
  return rules.filter(([broken]) => broken).map(([, problem]) => problem);
}

function ownSecret(dataDir: string, keptSecret: (dataDir: string) => string): [string] | string {
  try {
    const secret = keptSecret(dataDir);
    if (secret.length >= SHORTEST_SECRET) return [secret];
    return `DATA_DIR holds a damaged file "secret" in ${JSON.stringify(dataDir)}: put back the one it had; with another, keys and secrets in the database stay sealed.`;
  } catch (error) {
    return `DATA_DIR must be a folder that can be written, for the master secret; ${JSON.stringify(dataDir)} is not (${reasonOf(error)}).`;
  }
}

function freeze<T>(value: T): Frozen<T> {
  if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) freeze(item);
  return Object.freeze(value) as Frozen<T>;
}
