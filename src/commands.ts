import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { createLog, systemClock } from './base/index.ts';
import { type Config, didYouMean, type Environment, readConfig, readConfigFile } from './config/index.ts';
import { examine } from './doctor.ts';
import { type Desired, type Difference, exportDocument, readDocument } from './management/index.ts';
import { type Operations, openOperations } from './operations.ts';

/** Exit codes by sysexits where it has one: 64 usage, 69 unavailable, 78 configuration. */
const [DONE, FAILED, USAGE, UNAVAILABLE, CONFIGURATION] = [0, 1, 64, 69, 78] as const;

const HELP = `sallyport: commands for an installation, with the environment that its server has

  migrate                          bring the database's tables up to this version
  plan [FILE]                      what applying the file would change; - reads standard input,
  apply [FILE]                     and without FILE it is the one that SALLYPORT_CONFIG names
  export                           what is there as such a file; secrets as references
  user list [TEXT] [--limit N] [--after ID]
  user show|disable|enable|delete|sign-out EMAIL|ID
  client list
  client initial-access-token [--hours N]   lets one client register itself; 24 hours
  keys list
  keys rotate [--immediately]      new signing keys; immediately when the old ones leaked
  doctor                           look at everything the server needs
  help

  --json   for lists, plan and doctor
  Ends with 0; 1 refused or not there; 64 wrong usage; 69 database not reachable; 78 wrong configuration.
`;

const options = {
  json: { type: 'boolean', default: false },
  hours: { type: 'string', default: '24' },
  limit: { type: 'string', default: '50' },
  after: { type: 'string', default: '' },
  immediately: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

interface Call {
  operations: Operations;
  config: Config;
  env: Environment;
  /** What stands behind the name of the command. */
  subject: string | undefined;
  options: { json: boolean; hours: string; limit: string; after: string; immediately: boolean };
}

/** Carries a sentence for people and the exit code that goes with it. */
class Refusal extends Error {
  readonly exitCode: number;

  constructor(sentence: string, exitCode: number = FAILED) {
    super(sentence);
    this.exitCode = exitCode;
  }
}

type Command = (call: Call) => Promise<void>;

const commands: Record<string, Command> = {
  async migrate({ operations }) {
    const applied = await operations.migrate();
    print(applied.length > 0 ? applied.map((name) => `applied ${name}`) : ['Nothing to do: the tables are current.']);
  },

  async plan(call) {
    const { files } = await call.operations.provider();
    showDifferences(call, await files.plan(readDesired(call)), 'The file changes nothing.');
  },

  async apply(call) {
    const { files } = await call.operations.provider();
    showDifferences(call, await files.apply(readDesired(call)), 'Nothing to do: it is so already.');
  },

  async export({ operations }) {
    process.stdout.write(stringify(exportDocument(await operations.store.resources.all())));
  },

  async 'user list'({ operations, subject, options }) {
    const page = { limit: wholeNumber('--limit', options.limit, 1000), after: options.after };
    const users = await operations.store.users.list(subject === undefined ? page : { ...page, search: subject });
    const state = (user: (typeof users)[number]) =>
      user.disabled ? 'disabled' : user.emailVerified ? '' : 'unverified';
    table(options.json, users, (user) => [user.id, user.email ?? '', state(user), day(user.createdAt)]);
  },

  async 'user show'(call) {
    const user = await theUser(call);
    const sessions = await call.operations.store.sessions.listFor(user.id);
    process.stdout.write(call.options.json ? json({ ...user, sessions }) : stringify({ ...user, sessions }));
  },

  'user disable': (call) => changeUser(call, 'disable', 'is disabled; sessions and tokens are dead'),
  'user enable': (call) => changeUser(call, 'enable', 'is enabled'),
  'user delete': (call) => changeUser(call, 'remove', 'is deleted; sessions and tokens are dead'),
  'user sign-out': (call) => changeUser(call, 'signOutEverywhere', 'is signed out everywhere'),

  async 'client list'({ operations, options }) {
    const rows = (await operations.store.resources.list('client')).map(({ id, source, body }) => {
      const { client_name: name = '', token_endpoint_auth_method: authentication, first_party: firstParty } = body;
      return { id, name, source, authentication, firstParty };
    });
    table(options.json, rows, (row) => [row.id, `${row.name}`, row.source, row.firstParty ? 'first party' : '']);
  },

  async 'client initial-access-token'({ operations, options }) {
    const { oidc } = await operations.provider();
    const token = await oidc.mintInitialAccessToken(wholeNumber('--hours', options.hours, 8760) * 3600);
    print([token]);
    process.stderr.write('Good for one registration (RFC 7591). It is not shown again.\n');
  },

  async 'keys list'({ operations, options }) {
    const rows = (await operations.store.keys.list()).map(({ sealed: _sealed, ...row }) => row);
    table(options.json, rows, (row) => [
      row.id,
      row.alg,
      `signs from ${moment(row.activeFrom)}`,
      row.retiresAt === undefined ? '' : `published until ${moment(row.retiresAt)}`,
    ]);
  },

  async 'keys rotate'({ operations, options: { immediately } }) {
    const { oidc } = await operations.provider();
    await oidc.keys.rotate({ immediately });
    print([
      immediately ? 'New keys sign now; the old ones are withdrawn.' : 'New keys are published and will sign soon.',
    ]);
  },
};

/** @returns the exit code of the process. */
export async function runCommand(args: readonly string[], env: Environment): Promise<number> {
  try {
    return await run(args, env);
  } catch (error) {
    const { sentence, exitCode } = asRefusal(error);
    process.stderr.write(`${sentence}\n`);
    return exitCode;
  }
}

async function run(args: readonly string[], env: Environment): Promise<number> {
  const { values, positionals } = parsed(args);
  const [first = 'help', second = ''] = positionals;
  if (values.help || first === 'help') {
    process.stdout.write(HELP);
    return DONE;
  }
  const log = createLog('warn', (line) => process.stderr.write(line));
  if (first === 'doctor') {
    const findings = await examine({ env, clock: systemClock, log });
    table(values.json, findings, ({ verdict, what, says }) => [verdict, what, says]);
    return findings.some(({ verdict }) => verdict === 'failed') ? FAILED : DONE;
  }
  const name = [`${first} ${second}`, first].find((known) => known in commands);
  const command = name === undefined ? undefined : commands[name];
  if (name === undefined || command === undefined) throw unknown(`${first} ${second}`.trim());
  const rest = positionals.slice(name.split(' ').length);
  if (rest.length > 1) throw new Refusal(`${name} does not know what to do with ${rest[1]}.`, USAGE);

  const read = readConfig(env);
  if (!read.ok) throw new Refusal(listed(read.problems), CONFIGURATION);
  const operations = await openOperations({ config: read.config, log, clock: systemClock });
  try {
    await command({ operations, config: read.config, env, subject: rest[0], options: values });
  } finally {
    await operations.close();
  }
  return DONE;
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new Refusal(`${(error as Error).message}\nTry: sallyport help`, USAGE);
  }
}

function unknown(asked: string): Refusal {
  const meant = didYouMean(asked, Object.keys(commands));
  return new Refusal(
    `There is no command ${asked}${meant ? `; did you mean ${meant}?` : '.'}\nTry: sallyport help`,
    USAGE,
  );
}

function asRefusal(error: unknown): { sentence: string; exitCode: number } {
  if (error instanceof Refusal) return { sentence: error.message, exitCode: error.exitCode };
  const { code, message } = error as { code?: string; message: string };
  if (code === 'data_dir_in_use') {
    const instead = 'Stop the server first; to apply a changed file, send it SIGHUP instead.';
    return { sentence: `${message}\n${instead}`, exitCode: UNAVAILABLE };
  }
  // Undefined table, undefined column (PostgreSQL manual, appendix A).
  if (code === '42P01' || code === '42703') {
    return { sentence: 'The database has not the tables of this version. Run: sallyport migrate', exitCode: FAILED };
  }
  return { sentence: message, exitCode: code === 'unavailable' ? UNAVAILABLE : FAILED };
}

function readDesired({ subject, config, env }: Call): Desired[] {
  const path = subject ?? config.configFile;
  if (path === undefined) throw new Refusal('Name a file, or set SALLYPORT_CONFIG.', USAGE);
  const file = readConfigFile(path === '-' ? { text: readFileSync(0, 'utf8') } : { path }, env);
  if (!file.ok) throw new Refusal(listed(file.problems), CONFIGURATION);
  for (const warning of file.warnings) process.stderr.write(`${warning}\n`);
  const document = readDocument(file.document);
  if (!document.ok) throw new Refusal(listed(document.problems), CONFIGURATION);
  return document.desired;
}

function showDifferences(
  { options }: Call,
  { problems, differences }: { problems: string[]; differences: Difference[] },
  none: string,
): void {
  if (problems.length > 0) throw new Refusal(listed(problems), CONFIGURATION);
  if (options.json) return void process.stdout.write(json(differences));
  const signs = { add: '+', change: '~', remove: '-' };
  const lines = differences.map(
    ({ change, kind, id, fields }) => `${signs[change]} ${kind} ${id} ${fields.join(', ')}`,
  );
  print(lines.length > 0 ? lines.map((line) => line.trimEnd()) : [none]);
}

async function theUser({ operations, subject }: Call) {
  if (subject === undefined) throw new Refusal('Which user? Give an e-mail address or an id.', USAGE);
  const { users } = operations.store;
  const user = subject.includes('@') ? await users.findByEmail(subject) : await users.find(subject);
  if (!user) throw new Refusal(`There is no user ${subject}.`);
  return user;
}

async function changeUser(call: Call, change: keyof Operations['users'], done: string): Promise<void> {
  const { id, email } = await theUser(call);
  if (!(await call.operations.users[change](id))) throw new Refusal(`There is no user ${id} any more.`);
  print([`${email ?? id} ${done}.`]);
}

function wholeNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new Refusal(`${name} must be a whole number from 1 to ${most}; it is ${text}.`, USAGE);
}

function table<Row>(asJson: boolean, rows: readonly Row[], cells: (row: Row) => string[]): void {
  if (asJson) return void process.stdout.write(json(rows));
  const lines = rows.map(cells);
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  print(
    lines.map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
  );
}

function print(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
const listed = (problems: readonly string[]) => problems.map((problem) => `- ${problem}`).join('\n');
const moment = (at: number) => new Date(at * 1000).toISOString().slice(0, 16).replace('T', ' ');
const day = (at: number) => new Date(at * 1000).toISOString().slice(0, 10);
