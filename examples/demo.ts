/**
 * `npm run demo`: everything in one process, to try it out. Two insurers' apps, a mailbox to read codes in, and the
 * server on its embedded database. Nothing leaves this machine.
 *
 * DEMO_PORT=5000 puts the server on 5000 and the others on 5001 to 5005; DATA_DIR keeps the data elsewhere.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { connect } from 'node:net';
import { join } from 'node:path';

interface Ports {
  server: number;
  auto: number;
  home: number;
  mailbox: number;
  claims: number;
  social: number;
}

const USUAL: Ports = { server: 3000, auto: 4001, home: 4002, mailbox: 4003, claims: 4004, social: 4005 };
const LIST = new URL('demo.yaml', import.meta.url);

const at = (port: number): string => `http://localhost:${port}`;
const say = (...lines: string[]): void => console.log(lines.map((line) => `  ${line}`.trimEnd()).join('\n'));

function portsFrom(base: string | undefined): Ports | undefined {
  if (!base) return USUAL;
  const server = Number(base);
  if (!Number.isInteger(server) || server < 1 || server > 65_530) return undefined;
  return { server, auto: server + 1, home: server + 2, mailbox: server + 3, claims: server + 4, social: server + 5 };
}

const folderFrom = ({ DATA_DIR }: NodeJS.ProcessEnv): string => DATA_DIR || join('.data', 'demo');

/** True when somebody answers there already. */
function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: 'localhost' });
    const answer = (taken: boolean) => {
      socket.destroy();
      resolve(taken);
    };
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
  });
}

/** The list of apps with the addresses of this run. */
function writeList(folder: string, ports: Ports): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'demo.yaml');
  const list = readFileSync(LIST, 'utf8');
  writeFileSync(
    path,
    (['auto', 'home', 'claims', 'social'] as const).reduce(
      (text, app) => text.replaceAll(at(USUAL[app]), at(ports[app])),
      list,
    ),
  );
  return path;
}

/** Starts what the demo is made of. @returns how to end it, or the problems that kept it from starting. */
async function start(ports: Ports, env: NodeJS.ProcessEnv): Promise<(() => Promise<void>) | string[]> {
  // Loaded late, so that the first words are on the screen at once.
  const [{ createApp }, { readEverything }, { createLog, systemClock }, { createCatcher, createSmsCatcher }] =
    await Promise.all([
      import('../src/app.ts'),
      import('../src/server.ts'),
      import('../src/base/index.ts'),
      import('../src/messaging/index.ts'),
    ]);
  const [{ startInsuranceApp }, { startMailbox }, { startClaimsApi }, { startSocialAccount }] = await Promise.all([
    import('./insurance-app.ts'),
    import('./mailbox.ts'),
    import('./claims-api.ts'),
    import('./social-account.ts'),
  ]);
  const dataDir = folderFrom(env);
  const issuer = at(ports.server);
  const read = readEverything({
    ISSUER: issuer,
    PORT: String(ports.server),
    DATA_DIR: dataDir,
    SALLYPORT_CONFIG: writeList(dataDir, ports),
    SALLYPORT_DEMO: '1',
    NODE_ENV: env.NODE_ENV,
    LOG_LEVEL: env.LOG_LEVEL ?? 'error',
    MAIL_FROM: 'Example Insurance <no-reply@insurance.example>',
    // They are on this machine, where the server calls nobody unless it is told to.
    OUTBOUND_ALLOW: [ports.auto, ports.home, ports.social].map((port) => `localhost:${port}`).join(','),
  });
  if (!read.ok) return read.problems;
  const { config, desired } = read;

  const mailbox = await startMailbox(ports.mailbox);
  const app = await createApp({
    config,
    desired,
    log: createLog(config.logLevel),
    clock: systemClock,
    mailTransport: createCatcher(mailbox.add),
    smsGateway: createSmsCatcher(mailbox.addText),
  });
  if (app.problems.length > 0) {
    await Promise.all([app.close(), mailbox.close()]);
    return [...app.problems];
  }
  await app.listen();
  const claims = await startClaimsApi({ issuer, port: ports.claims });
  const social = await startSocialAccount({ name: 'Chirrup', port: ports.social });
  const [auto, home] = await Promise.all([
    startInsuranceApp({
      name: 'Auto Insurance',
      clientId: 'auto-insurance',
      port: ports.auto,
      issuer,
      claimsApi: at(ports.claims),
    }),
    startInsuranceApp({
      name: 'Home Insurance',
      clientId: 'home-insurance',
      port: ports.home,
      issuer,
      colour: '#1f6b4a',
    }),
  ]);
  return async () => {
    await Promise.all([auto.close(), home.close(), claims.close(), social.close(), mailbox.close()]);
    await app.close(2);
  };
}

/** @returns the exit code, or undefined while the demo runs. */
async function main(env: NodeJS.ProcessEnv): Promise<number | undefined> {
  const ports = portsFrom(env.DEMO_PORT);
  if (!ports) {
    console.error(`DEMO_PORT must be a port from 1 to 65530; it is "${env.DEMO_PORT}".`);
    return 78;
  }
  if (env.NODE_ENV === 'production') {
    console.error('This is a demo: it shows everybody’s mail and codes. It does not start with NODE_ENV=production.');
    return 78;
  }
  for (const port of Object.values(ports)) {
    if (!(await isTaken(port))) continue;
    console.error(
      `Port ${port} is taken on this machine: perhaps the demo is running already.\n` +
        'End what uses it, or choose six other ports: DEMO_PORT=5000 npm run demo',
    );
    return 1;
  }

  const words = process.stdout.isTTY ? (text: string) => `\x1b[1m${text}\x1b[0m` : (text: string) => text;
  say('', `${words('Sallyport demo')}: to try out, not for real use. Nothing leaves this machine.`, '');
  say('Starting the server and its embedded database; the first time this takes some seconds …', '');
  const started = await start(ports, env);
  if (Array.isArray(started)) {
    console.error(`The demo cannot start:\n${started.map((problem) => `  - ${problem}`).join('\n')}`);
    return 78;
  }
  say(
    `Auto Insurance   ${words(at(ports.auto))}   begin here`,
    `Home Insurance   ${words(at(ports.home))}`,
    `Mailbox          ${words(at(ports.mailbox))}   every mail and text message arrives here`,
    `Account pages    ${words(`${at(ports.server)}/account`)}   where people look after themselves`,
    `The server       ${at(ports.server)}/.well-known/openid-configuration   for an app of your own`,
    '',
    '1. Open Auto Insurance and choose “Create account”. Any e-mail address will do, and the code is in the mailbox.',
    '2. Or choose “Sign in” and “Continue with Chirrup”, which stands in for Google and its kin.',
    '3. Open Home Insurance and choose “Sign in”: it knows you, and wants a verified phone or a second factor.',
    '   One policy says so: examples/demo.yaml. The text message is in the mailbox, too.',
    '4. File a claim at Auto Insurance: its API wants a second factor, and the app gets it (docs/step-up.md).',
    '5. Choose “Your account” in either app: add a passkey, see what happened and where you are signed in.',
    '6. Sign out of one, and the other has signed you out too.',
    '',
    `Ctrl-C ends the demo. What you enter stays in ${folderFrom(env)}; delete that folder to begin anew.`,
    '',
  );

  let ending = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // The second one does not wait.
      if (ending) process.exit(130);
      ending = true;
      say('', 'Ending …');
      void started().then(() => process.exit(0));
    });
  }
  return undefined;
}

enableCompileCache();
const code = await main(process.env);
if (code !== undefined) process.exitCode = code;
