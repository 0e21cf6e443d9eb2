import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type Config, readConfig } from '../../src/config/index.ts';

const ISSUER = 'https://login.example.com';
const SECRET = 'a-secret-that-is-long-enough-0123456789';
const OLDER = 'an-older-secret-that-is-long-enough-0123';

type Env = Record<string, string | undefined>;
type Files = Record<string, string>;

function read(env: Env, files: Files = {}) {
  return readConfig(env, {
    readFile: (path) => {
      const text = files[path];
      if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      return text;
    },
    keptSecret: () => SECRET,
  });
}

function config(env: Env = {}, files?: Files): Config {
  const result = read({ ISSUER, ...env }, files);
  assert.ok(result.ok, result.ok ? '' : result.problems.join('\n'));
  return result.config;
}

function problems(env: Env, files?: Files): string[] {
  const result = read(env, files);
  return result.ok ? [] : result.problems;
}

describe('a good environment', () => {
  test('needs no more than ISSUER; the rest has defaults that are safe', () => {
    assert.deepEqual(config(), {
      issuer: ISSUER,
      port: 3000,
      host: '127.0.0.1',
      workers: 1,
      logLevel: 'info',
      dataDir: '.data',
      trustedProxies: [],
      outboundAllow: [],
      demo: false,
      production: false,
      secrets: [SECRET],
      mailFrom: 'no-reply@login.example.com',
    });
  });

  test('is read into typed fields', () => {
    const env = {
      ISSUER: 'http://localhost:8080/tenant',
      PORT: '8080',
      HOST: '0.0.0.0',
      WORKERS: '4',
      LOG_LEVEL: 'debug',
      METRICS_PORT: '9090',
      DATABASE_URL: 'postgres://user:pass@db.internal/sallyport',
      REDIS_URL: 'rediss://cache.internal',
      DATA_DIR: '/var/lib/sallyport',
      SALLYPORT_SECRET: `${SECRET},${OLDER}`,
      SALLYPORT_CONFIG: '/etc/sallyport.yaml',
      SMTP_URL: 'smtp://mail.internal:1025',
      MAIL_FROM: 'Example <login@example.com>',
      SMS_URL: 'twilio://id:token@api.twilio.com',
      GEOIP_DB: '/geo.mmdb',
      TRUSTED_PROXIES: '10.0.0.0/8, fd00::/8',
      OUTBOUND_ALLOW: 'login.internal:8443 [fd00::7]:443',
      NODE_ENV: 'production',
    };
    assert.deepEqual(config(env), {
      issuer: env.ISSUER,
      port: 8080,
      host: '0.0.0.0',
      workers: 4,
      logLevel: 'debug',
      metricsPort: 9090,
      databaseUrl: env.DATABASE_URL,
      redisUrl: env.REDIS_URL,
      dataDir: env.DATA_DIR,
      secrets: [SECRET, OLDER],
      configFile: env.SALLYPORT_CONFIG,
      smtpUrl: env.SMTP_URL,
      mailFrom: env.MAIL_FROM,
      smsUrl: env.SMS_URL,
      geoipDb: env.GEOIP_DB,
      trustedProxies: ['10.0.0.0/8', 'fd00::/8'],
      outboundAllow: ['login.internal:8443', '[fd00::7]:443'],
      demo: false,
      production: true,
    });
  });

  test('takes empty variables for variables that are not set', () => {
    assert.deepEqual(config({ PORT: '', DATABASE_URL: '', SALLYPORT_SECRET: ' ', SALLYPORT_DEMO: '' }), config());
  });

  for (const issuer of ['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000', `${ISSUER}/a/b`])
    test(`may have the issuer ${issuer}`, () => assert.equal(config({ ISSUER: issuer }).issuer, issuer));

  test('is frozen to the bottom', () => {
    const frozen = config({ TRUSTED_PROXIES: '10.0.0.0/8' });
    assert.throws(() => Object.assign(frozen, { port: 1 }), TypeError);
    assert.throws(() => (frozen.trustedProxies as string[]).push('0.0.0.0/0'), TypeError);
    assert.throws(() => (frozen.secrets as unknown as string[]).push('x'), TypeError);
  });
});

describe('NAME_FILE', () => {
  test('gives the value from a file, without the line break at its end', () => {
    const url = 'postgres://db/sallyport';
    const files = { '/run/url': `${url}\n`, '/run/secret': `${SECRET}\n${OLDER}\n` };
    const result = config({ DATABASE_URL_FILE: '/run/url', SALLYPORT_SECRET_FILE: '/run/secret' }, files);
    assert.equal(result.databaseUrl, url);
    assert.deepEqual(result.secrets, [SECRET, OLDER]);
  });

  test('beside NAME is refused', () => {
    assert.deepEqual(problems({ ISSUER, PORT: '1', PORT_FILE: '/run/port' }, { '/run/port': '2' }), [
      'PORT and PORT_FILE are both set: keep one of them.',
    ]);
  });

  test('that cannot be read or is empty is one problem, not two', () => {
    assert.deepEqual(problems({ ISSUER_FILE: '/run/none' }), [
      'ISSUER_FILE names a file that cannot be read, /run/none (ENOENT).',
    ]);
    assert.deepEqual(problems({ ISSUER_FILE: '/run/empty' }, { '/run/empty': '\n' }), [
      'ISSUER_FILE names an empty file, /run/empty: put the value of ISSUER into it.',
    ]);
  });
});

const WRONG: [env: Env, problem: RegExp][] = [
  [{ ISSUER: undefined }, /^ISSUER must be set to the https:\/\/ address that people reach this server at, such as /],
  [{ ISSUER: 'login.example.com' }, /^ISSUER must be the https:\/\/ address .*; it is "login.example.com"\.$/],
  [{ ISSUER: 'ftp://login.example.com' }, /^ISSUER must be the https/],
  [{ ISSUER: 'http://login.example.com' }, /^ISSUER must begin with https:\/\/; plain http is for localhost/],
  [{ ISSUER: 'http://localhost.example.com' }, /^ISSUER must begin with https/],
  [{ ISSUER: `${ISSUER}/` }, /^ISSUER must not end in a slash: write https:\/\/login\.example\.com; it is/],
  [{ ISSUER: `${ISSUER}/?a=b` }, /^ISSUER must have no query and no fragment/],
  [{ ISSUER: `${ISSUER}#top` }, /^ISSUER must have no query and no fragment/],
  [{ ISSUER: 'https://me:pw@login.example.com' }, /^ISSUER must hold no user name/],
  [{ ISSUER: 'https://Login.Example.com:443' }, /^ISSUER must be written as .*: https:\/\/login\.example\.com; it is/],
  [{ PORT: 'http' }, /^PORT must be a whole number from 0 to 65535; it is "http"\.$/],
  [{ PORT: '65536' }, /^PORT must be/],
  [{ PORT: '80.5' }, /^PORT must be/],
  [{ HOST: 'localhost:3000' }, /^HOST must be a host name or an address/],
  [{ WORKERS: '0' }, /^WORKERS must be a whole number from 1 to 64/],
  [{ WORKERS: '2' }, /^WORKERS must be 1 without DATABASE_URL/],
  [{ LOG_LEVEL: 'verbose' }, /^LOG_LEVEL must be one of debug, info, warn, error, silent; it is "verbose"\.$/],
  [{ METRICS_PORT: '3000' }, /^METRICS_PORT must be another port than PORT/],
  [
    { DATABASE_URL: 'mysql://db', SALLYPORT_SECRET: SECRET },
    /^DATABASE_URL must be a URL that begins with postgres: or /,
  ],
  [{ DATABASE_URL: 'postgres://db' }, /^SALLYPORT_SECRET must be set when DATABASE_URL is/],
  [{ REDIS_URL: 'localhost:6379' }, /^REDIS_URL must be a URL that begins with redis: or rediss:\.$/],
  [{ DATA_DIR: 'a\nb' }, /^DATA_DIR must be the path/],
  [{ SALLYPORT_SECRET: 'short' }, /^SALLYPORT_SECRET must be at least 32 random characters/],
  [{ SALLYPORT_SECRET: `${SECRET},short` }, /^SALLYPORT_SECRET must be at least 32 random characters/],
  [{ SMTP_URL: 'mail.internal' }, /^SMTP_URL must be a URL that begins with smtp: or smtps:\.$/],
  [{ MAIL_FROM: 'nobody' }, /^MAIL_FROM must be a mail address/],
  [{ SMS_URL: 'log:' }, /^SMS_URL must name a gateway .* works in the demo only\.$/],
  [{ TRUSTED_PROXIES: '10.0.0.0/8,proxy' }, /^TRUSTED_PROXIES must be networks in CIDR notation/],
  [{ TRUSTED_PROXIES: '10.0.0.1' }, /^TRUSTED_PROXIES must be networks in CIDR notation/],
  [{ OUTBOUND_ALLOW: 'login.internal' }, /^OUTBOUND_ALLOW must be host:port pairs/],
  [{ SALLYPORT_DEMO: 'please' }, /^SALLYPORT_DEMO must be one of 1, true, 0, false; it is "please"\.$/],
  [{ SALLYPORT_DEMO: '1', NODE_ENV: 'production' }, /^SALLYPORT_DEMO must not be set when NODE_ENV is production/],
  [{ SALLYPORT_SECRETS: SECRET }, /^SALLYPORT_SECRETS is no setting; did you mean SALLYPORT_SECRET\?$/],
  [{ SALLYPORT_ISSUER: ISSUER }, /^SALLYPORT_ISSUER is no setting; did you mean ISSUER\?$/],
  [{ SALLYPORT_DATABSE_URL: 'x' }, /^SALLYPORT_DATABSE_URL is no setting; did you mean DATABASE_URL\?$/],
  [{ SALLYPORT_COLOUR: 'blue' }, /^SALLYPORT_COLOUR is no setting: remove it \(settings are ISSUER, PORT, /],
];

describe('a wrong environment is refused with one sentence that says what would be right', () => {
  for (const [env, problem] of WRONG) {
    test(JSON.stringify(env), () => {
      const found = problems({ ISSUER, ...env });
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0] ?? '', problem);
    });
  }

  test('with all problems at once, of every kind', () => {
    const env = {
      PORT: 'x',
      WORKERS: '3',
      REDIS_URL: 'x',
      SALLYPORT_SECRT: SECRET,
      DATA_DIR_FILE: '/none',
      SMS_URL: 'log:',
    };
    const names = problems(env).map((problem) => problem.split(' ')[0]);
    assert.deepEqual(names.sort(), [
      ...['DATA_DIR_FILE', 'ISSUER', 'PORT', 'REDIS_URL', 'SALLYPORT_SECRT', 'SMS_URL', 'WORKERS'],
    ]);
  });

  test('never showing what may hold a secret', () => {
    const text = problems({
      ISSUER,
      SALLYPORT_SECRET: 'hunter2',
      DATABASE_URL: 'mysql://me:hunter2@db',
      REDIS_URL: 'hunter2',
      SMTP_URL: 'hunter2',
      SMS_URL: 'hunter2',
      SALLYPORT_SECRETS: 'hunter2',
    });
    assert.equal(text.length, 6);
    assert.doesNotMatch(text.join('\n'), /hunter2/);
  });
});

describe('the master secret of the embedded default', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-config-'));
  const DATA_DIR = join(folder, 'data');
  after(() => rmSync(folder, { recursive: true }));

  test('is made at the first start, for the owner alone, and found at the next', () => {
    const first = readConfig({ ISSUER, DATA_DIR });
    assert.ok(first.ok);
    assert.equal(statSync(join(DATA_DIR, 'secret')).mode & 0o777, 0o600);
    assert.equal(statSync(DATA_DIR).mode & 0o777, 0o700);
    assert.equal(readFileSync(join(DATA_DIR, 'secret'), 'utf8').trim(), first.config.secrets[0]);
    assert.equal(first.config.secrets[0].length, 43);
    const second = readConfig({ ISSUER, DATA_DIR });
    assert.ok(second.ok);
    assert.deepEqual(second.config.secrets, first.config.secrets);
  });

  test('is not made when another problem keeps the server from starting, nor when one is given', () => {
    const unused = join(folder, 'unused');
    assert.ok(!readConfig({ ISSUER, DATA_DIR: unused, PORT: 'x' }).ok);
    assert.ok(readConfig({ ISSUER, DATA_DIR: unused, SALLYPORT_SECRET: SECRET }).ok);
    assert.throws(() => statSync(unused), { code: 'ENOENT' });
  });

  test('is never replaced when it is damaged, and a folder that cannot be one is a problem', () => {
    writeFileSync(join(DATA_DIR, 'secret'), '');
    const damaged = readConfig({ ISSUER, DATA_DIR });
    assert.ok(!damaged.ok);
    assert.match(damaged.problems.join(), /^DATA_DIR holds a damaged file "secret"/);
    const none = readConfig({ ISSUER, DATA_DIR: join(DATA_DIR, 'secret') });
    assert.ok(!none.ok);
    assert.match(none.problems.join(), /^DATA_DIR must be a folder that can be written/);
  });
});
