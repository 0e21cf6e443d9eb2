// needs: postgres
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sallyport, setUp, succeeds } from '../support/cli.ts';
import { enrolled, withPassword } from '../support/enrolled.ts';
import { browserFor, CLIENTS, signedUp, somebody } from '../support/people.ts';
import { homeApp, visit, withPolicies } from '../support/second-door.ts';

const GROUPS = 'groups: [{ id: staff }, { id: break-glass }]\n';
const HOME = `
  - name: Home needs a second factor
    mode: enforce
    if: { client: [home], not: { group: [break-glass] } }
    then: { require: [mfa] }
`;
const EXPECTED = (outcome: string) => `
policy_tests:
  - name: A password is not enough
    given: { client: home, groups: [], evidence: [password] }
    expect: { outcome: ${outcome} }
`;
const FILE = withPolicies(HOME, GROUPS);
const SHUT = withPolicies('  - { name: Shut, mode: enforce, if: { client: [home] }, then: { block: true } }', GROUPS);

test('policies in a file are looked at without a server, a database, or the secrets of clients', async (t) => {
  const path = join(tmpdir(), `sallyport-policies-${process.pid}.yaml`);
  t.after(() => rmSync(path, { force: true }));
  const withText = (text: string) =>
    writeFileSync(path, text.replace(/client_secret: .*/g, 'client_secret: { env: AWAY }'));
  const command = (...args: string[]) => sallyport({}, args);

  await t.test('policy lint says what is not meant, and fails for what would be refused', async () => {
    withText(FILE);
    assert.deepEqual(await command('policy', 'lint', path), {
      ...{ code: 0, out: '', err: 'Nothing is odd about these policies.\n' },
    });
    withText(FILE.replace('[break-glass] }', '[brake-glass] }'));
    const odd = await command('policy', 'lint', path);
    assert.equal(odd.code, 1);
    assert.match(
      odd.out,
      /^error +Home needs a second factor +there is no group brake-glass; did you mean break-glass\?$/m,
    );
    withText(FILE.replace('client: [home]', 'clent: [home]'));
    const wrong = await command('policy', 'lint', path);
    assert.deepEqual([wrong.code, wrong.err], [78, '- policies[0].if.clent: unknown test; did you mean client?\n']);
  });

  await t.test('policy test tells which expectations come true, and fails for others', async () => {
    withText(FILE + EXPECTED('step_up'));
    assert.match(await succeeds(command('policy', 'test', path)), /^passed +A password is not enough$/m);
    withText(FILE + EXPECTED('deny'));
    const failed = await command('policy', 'test', path, '--json');
    assert.equal(failed.code, 1);
    assert.partialDeepStrictEqual(JSON.parse(failed.out), [{ name: 'A password is not enough', passed: false }]);
    assert.equal(failed.err, 'Not as expected: 1 of 1.\n');
  });

  await t.test('policy what-if answers for signals that are typed', async () => {
    withText(FILE);
    const said = await succeeds(
      command('policy', 'what-if', path, '--client', 'home', '--group', '', '--evidence', 'password'),
    );
    assert.match(said, /^Outcome: step_up$/m);
    assert.match(said, /^More is needed: a second factor\.$/m);
    const both = ['--client', 'home', '--group', 'staff', '--evidence', 'password,totp:5m', '--json'];
    const answered = JSON.parse(await succeeds(command('policy', 'what-if', path, ...both)));
    assert.equal(answered.outcome, 'allow');
    assert.deepEqual(answered.signals.client, { id: 'home', tags: ['sensitive'] });
    const placed = JSON.parse(await succeeds(command('policy', 'what-if', path, '--ip', '8.8.8.8', '--json')));
    assert.deepEqual(
      [placed.signals.country, placed.signals.network],
      ['US', { ip: '8.8.8.8', names: [], trusted: false }],
    );
    const wrong = await command('policy', 'what-if', path, '--user-risk', 'huge');
    assert.equal(wrong.code, 64);
    assert.match(wrong.err, /^- --user-risk: unknown risk; known are none, low, medium, high\./);
  });

  await t.test('without a file they are about an installation, and say what is missing for that', async () => {
    const { code, err } = await command('policy', 'lint');
    assert.equal(code, 78);
    assert.match(err, /ISSUER/);
  });
});

test('policies of an installation are changed, asked and explained', async (t) => {
  const { server, command } = await setUp(t, FILE);
  const { person } = await signedUp(server);

  await t.test('what would lock every administrator out is refused, and done when somebody insists', async () => {
    const shut = SHUT.replace('client: [home]', 'action: [sign_in]');
    const refused = await command(['apply', '-'], shut);
    assert.equal(refused.code, 78);
    assert.match(refused.err, /policies "Shut": locks every administrator out.* sallyport apply --force/);
    assert.match(
      await succeeds(command(['policy', 'list'])),
      /^Home needs a second factor +enforce +version 1 +file$/m,
    );
    await succeeds(command(['apply', '-', '--force'], shut));
    assert.match(await succeeds(command(['policy', 'list'])), /^Shut +enforce +version 1 +file$/m);
    assert.match((await command(['policy', 'lint'])).out, /^error +Shut +locks every administrator out/m);
    await succeeds(command(['apply', '-'], FILE));
  });

  await t.test('the history of a policy says who made which version, its removal too', async () => {
    const history = await succeeds(command(['policy', 'history', 'Home needs a second factor']));
    const lines = history.trimEnd().split('\n');
    assert.equal(lines.length, 3);
    assert.match(lines[0] ?? '', /^version 3 +\d{4}-\d\d-\d\d \d\d:\d\d +enforce +.+ \(command line\)$/);
    assert.match(lines[1] ?? '', /^version 2 .* removed +.+ \(command line\)$/);
    assert.match(lines[2] ?? '', /^version 1 .* enforce +\/.*\.yaml$/);
    const bodies = JSON.parse(await succeeds(command(['policy', 'history', 'Home needs a second factor', '--json'])));
    assert.deepEqual(bodies[2].body.then, { require: ['mfa'] });
    const { code, err } = await command(['policy', 'history', 'Home needs a second facto']);
    assert.deepEqual(
      [code, err.trim()],
      [...[1, 'There was never a policy Home needs a second facto; did you mean Home needs a second factor?']],
    );
  });

  await t.test('what-if of a real user goes by their groups, and by what is typed instead', async () => {
    const ask = async (...more: string[]) => {
      const typed = ['--client', 'home', '--user', person.email, '--evidence', 'password', '--json', ...more];
      return JSON.parse(await succeeds(command(['policy', 'what-if', ...typed])));
    };
    const before = await ask();
    assert.equal(before.outcome, 'step_up');
    assert.partialDeepStrictEqual(before.signals.user, { email: person.email, emailVerified: true, groups: [] });
    assert.equal(
      await succeeds(command(['group', 'add', 'break-glass', person.email])),
      `${person.email} is now in the group break-glass.\n`,
    );
    assert.equal((await ask()).outcome, 'allow');
    assert.equal((await ask('--group', 'staff')).outcome, 'step_up');
    assert.match(await succeeds(command(['user', 'show', person.email])), /^groups:\n {2}- break-glass$/m);
    assert.match(await succeeds(command(['group', 'members', 'break-glass'])), new RegExp(person.email));
    assert.match(await succeeds(command(['group', 'remove', 'break-glass', person.email])), /no longer in the group/);
    const again = await command(['group', 'remove', 'break-glass', person.email]);
    assert.deepEqual([again.code, again.err], [1, `${person.email} is not in the group break-glass.\n`]);
    assert.equal(await succeeds(command(['group', 'members', 'break-glass'])), '');
  });

  await t.test('a group that nobody has defined, or a user who is not there, is a mistake', async () => {
    const group = await command(['group', 'add', 'break-gls', person.email]);
    assert.deepEqual([group.code, group.err], [1, 'There is no group break-gls; did you mean break-glass?\n']);
    const { email } = somebody();
    assert.deepEqual((await command(['group', 'add', 'staff', email])).err, `There is no user ${email}.\n`);
  });

  await t.test('a refused person’s reference explains why', async () => {
    await succeeds(command(['apply', '-'], SHUT));
    const browser = browserFor(server.issuer);
    const { first } = await visit(await homeApp(server.issuer), browser);
    const password = await browser.submit(first, { username: person.email });
    const denied = await browser.submit(password, { 'current-password': person.password });
    const [reference = 'none'] = /\b[2-9a-z]{4}-[2-9a-z]{4}-[2-9a-z]{4}\b/.exec(denied.page.text) ?? [];
    const said = await succeeds(command(['explain', reference.toUpperCase()]));
    assert.match(said, new RegExp(`^Decision ${reference}, .*, about ${person.email}\n`));
    assert.match(said, /^Denied by "Shut"\.$/m);
    assert.match(said, /^signals:$/m);
    assert.match(said, /^trace:$/m);
    const whole = JSON.parse(await succeeds(command(['explain', reference, '--json'])));
    assert.partialDeepStrictEqual(whole, { reference, outcome: 'deny', clientId: 'home' });
    assert.equal((await command(['explain', 'none'])).code, 1);
  });

  await t.test('a file without policies takes them away', async () => {
    assert.match(await succeeds(command(['apply', '-'], CLIENTS)), /^- policy Shut$/m);
    assert.equal(await succeeds(command(['policy', 'list'])), '');
  });
});

const STRONG = withPolicies(`
  - name: Home
    mode: enforce
    if: { client: [home] }
    then: { require: [{ authenticator: [totp, recovery-code, access-pass] }] }
`);

test('somebody who lost every second factor gets in with an access pass, once', async (t) => {
  const { server, command } = await setUp(t, STRONG);
  const { person, home } = await enrolled(server);
  const asked = await command(['user', 'access-pass', person.email, '--minutes', '5']);
  assert.deepEqual([asked.code, asked.out.length], [0, '0000-0000-0000-0000\n'.length]);
  assert.match(asked.err, /Good once, for 5 minutes/);
  assert.equal((await command(['user', 'access-pass', person.email, '--minutes', '1441'])).code, 64);

  const shown = JSON.parse(await succeeds(command(['user', 'show', person.email, '--json'])));
  assert.deepEqual(shown.authenticators.map(({ factor }: { factor: string }) => factor).sort(), [
    'recovery-code',
    'totp',
  ]);
  assert.ok(
    shown.authenticators.every((one: object) => !('sealed' in one)),
    'what is enrolled, and not its secret',
  );

  const { browser, page, tokens } = await withPassword(server, home, person);
  const other = await browser.submit(page, {}, 'method=access-pass');
  const claims = (await tokens(await browser.submit(other, { 'one-time-code': asked.out.trim() }))).claims();
  assert.deepEqual(claims?.amr, ['pwd', 'otp', 'mfa']);
  const again = await withPassword(server, home, person);
  assert.doesNotMatch(again.page.body, /access-pass/, 'there is none any more');
});
