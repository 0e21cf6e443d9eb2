import { type Clock, epochSeconds, type JsonObject, type Log } from './base/index.ts';
import { type Config, type Environment, readConfig } from './config/index.ts';
import { expiries, sayExpiring } from './management/index.ts';
import { checkSmtp, smsGateways } from './messaging/index.ts';
import { type Operations, openOperations } from './operations.ts';
import { openStore } from './store/index.ts';

export interface Finding {
  what: string;
  verdict: 'ok' | 'warning' | 'failed';
  says: string;
}

/** Seconds by which this machine and the database may differ; codes and assertions are valid for some minutes only. */
const SKEW = 2;

/** Looks at everything the server needs and changes nothing of it. Each check says what is wrong in a sentence. */
export async function examine({ env, clock, log }: { env: Environment; clock: Clock; log: Log }): Promise<Finding[]> {
  const read = readConfig(env);
  if (!read.ok) return read.problems.map((says) => ({ what: 'configuration', verdict: 'failed', says }));
  const { config } = read;
  const findings: Finding[] = [
    { what: 'configuration', verdict: 'ok', says: `the issuer is ${config.issuer}` },
    ...(await examineDatabase(config, clock, log)),
    await checked('mail', () => mail(config)),
    await checked('issuer', () => issuer(config)),
  ];
  return findings;
}

async function examineDatabase(config: Config, clock: Clock, log: Log): Promise<Finding[]> {
  const { redisUrl, ...rest } = config;
  let operations: Operations;
  try {
    operations = await openOperations({ config: rest, clock, log });
  } catch (error) {
    const verdict = (error as { code?: string }).code === 'data_dir_in_use' ? 'warning' : 'failed';
    return [{ what: 'database', verdict, says: sentenceOf(error) }];
  }
  try {
    return [
      await checked('database', () => database(operations, config)),
      await checked('clock', () => skew(operations, clock)),
      await checked('secrets', () => secrets(operations)),
      await checked('Redis', () => redis(config, log)),
      await checked('text messages', () => sms(config, operations)),
      await checked('identity providers', () => providers(operations, clock)),
    ];
  } finally {
    await operations.close();
  }
}

async function database({ ping }: Operations, { databaseUrl, dataDir }: Config): Promise<string | Warning> {
  if ((await ping().then(() => true, missing)) === undefined) {
    return { warning: 'there are no tables yet; migrate, or the first start of a server, makes them' };
  }
  return databaseUrl === undefined ? `embedded, in ${dataDir}` : 'PostgreSQL answers';
}

async function skew({ time }: Operations, clock: Clock): Promise<string | Warning> {
  const before = clock();
  const at = (await time()) * 1000;
  const apart = Math.max(0, before - at, at - clock()) / 1000;
  const says = `this machine and the database are ${apart.toFixed(1)} s apart`;
  return apart > SKEW ? { warning: `${says}: set both by NTP` } : says;
}

/** Opens the signing keys, which nothing works without. */
async function secrets({ store, provider }: Operations): Promise<string | Warning> {
  const kept = await store.keys.list().catch(missing);
  if (kept === undefined)
    return { warning: 'there are no tables yet; migrate, or the first start of a server, makes them' };
  if (kept === undefined || kept.length === 0)
    return { warning: 'there are no signing keys yet; the first start of a server makes them' };
  await (await provider()).oidc.keys.current();
  return `SALLYPORT_SECRET opens the ${kept.length} signing keys`;
}

async function redis({ redisUrl, databaseUrl, dataDir }: Config, log: Log): Promise<string | Warning> {
  if (redisUrl === undefined) return 'not used; the ephemeral store is in the database';
  if (databaseUrl === undefined) return { warning: 'not checked: the embedded database is open already' };
  const opened = await openStore({ databaseUrl, dataDir, redisUrl, poolSize: 1, log });
  try {
    await opened.ping();
    return 'Redis answers';
  } finally {
    await opened.close();
  }
}

async function mail({ smtpUrl, mailFrom }: Config): Promise<string | Warning> {
  if (smtpUrl === undefined) return { warning: 'SMTP_URL is not set: nobody gets a code, so nobody can register' };
  await checkSmtp(smtpUrl);
  return `the mail server answers; mail will be from ${mailFrom}`;
}

/** Text messages cost money: nothing is sent before somebody said where to. */
async function sms({ smsUrl }: Config, { store }: Operations): Promise<string | Warning> {
  const body = (await store.resources.find('sms', 'default').catch(missing))?.body;
  const countries = (body?.countries ?? []) as string[];
  const gateways = smsGateways(smsUrl).map(({ name }) => name);
  if (gateways.length === 0 && countries.length === 0) return 'not used; neither SMS_URL nor sms.countries is set';
  if (gateways.length === 0) return { warning: 'sms.countries is set but SMS_URL names no gateway: nothing is sent' };
  if (countries.length === 0) return { warning: 'SMS_URL is set but sms.countries is empty: nothing is sent' };
  return `${gateways.join(', then ')}; to ${countries.join(', ')}`;
}

/** Providers give out secrets that end, and say so once. */
async function providers({ store }: Operations, clock: Clock): Promise<string | Warning> {
  const all = (await store.resources.list('identity_provider').catch(missing)) ?? [];
  if (all.length === 0) return 'none; people sign in with accounts of this house';
  const known = await Promise.all(all.map(async ({ id, body }) => [id, await withMetadata(body)] as const));
  const ending = sayExpiring(expiries(known), epochSeconds(clock));
  return ending.length > 0 ? { warning: ending.join('; ') } : all.map(({ id }) => id).join(', ');
}

/** SAML metadata is read from where it is; what cannot be read warns of nothing. */
async function withMetadata(body: JsonObject): Promise<JsonObject> {
  if (typeof body.metadata_url !== 'string' || body.metadata !== undefined) return body;
  const answer = await fetch(body.metadata_url, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
  return answer?.ok ? { ...body, metadata: await answer.text() } : body;
}

async function issuer({ issuer: expected }: Config): Promise<string | Warning> {
  const address = `${expected}/.well-known/openid-configuration`;
  let found: unknown;
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(5000), redirect: 'error' });
    found = answer.ok ? ((await answer.json()) as { issuer?: unknown }).issuer : `an answer ${answer.status}`;
  } catch (error) {
    return { warning: `${address} does not answer from here (${causeOf(error)})` };
  }
  if (found === expected) return `${expected} is served`;
  throw new Error(`${address} should name ${expected} and gives ${String(found)}`);
}

/** Undefined table (PostgreSQL manual, appendix A). */
function missing(error: { code?: string }): undefined {
  if (error.code !== '42P01') throw error;
}

interface Warning {
  warning: string;
}

async function checked(what: string, check: () => Promise<string | Warning>): Promise<Finding> {
  try {
    const found = await check();
    if (typeof found === 'string') return { what, verdict: 'ok', says: found };
    return { what, verdict: 'warning', says: found.warning };
  } catch (error) {
    return { what, verdict: 'failed', says: sentenceOf(error) };
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function causeOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? sentenceOf(error);
}
