import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog, createSealing, systemClock } from '../../src/base/index.ts';
import * as messaging from '../../src/messaging/index.ts';
import { type OpenStore, openStore } from '../../src/store/index.ts';
import { createLanguages } from '../../src/web/index.ts';
import { waitForMail } from '../support/mailbox.ts';
import { newDataDir } from '../support/services.ts';
import { type SmtpServer, startSmtpServer } from '../support/smtp-server.ts';

const sealing = createSealing(['a master secret for tests, of forty bytes.']);
const templates = messaging.createMailTemplates({
  views: new URL('../../views/mail/', import.meta.url),
  words: createLanguages({ directory: new URL('../../views/languages/', import.meta.url) }),
  houseName: () => 'id.example',
  countryOf: () => undefined,
});
const lines: string[] = [];
const log = createLog('debug', (line) => lines.push(line));
const FROM = 'Door <no-reply@id.example>';

let opened: OpenStore;
let server: SmtpServer;
let smtp: messaging.MailTransport;

before(async () => {
  server = await startSmtpServer();
  smtp = messaging.createSmtp(server.url);
  opened = await openStore({ dataDir: await newDataDir(), log });
});
after(async () => {
  smtp?.close();
  await server?.close();
  await opened?.close();
});
beforeEach(() => server.behave({}));

function mailing(transport: messaging.MailTransport = smtp) {
  const deliver = messaging.createMailDelivery({ templates, transport, from: FROM, clock: systemClock });
  const outbox = messaging.createOutbox({ rows: opened.store.outbox, sealing, log, deliver: { mail: deliver } });
  return { outbox, mailer: messaging.createMailer({ outbox }) };
}

const now = () => Math.floor(Date.now() / 1000);
const code = (digits = '048291') => ({ code: digits, minutes: 10, at: now(), ip: '203.0.113.7' });
const received = (to: string) => server.messages().filter((mail) => mail.to === to);

describe('mail by SMTP', () => {
  test('arrives as it was rendered, whatever its script, and says what it is', async () => {
    const { outbox, mailer } = mailing();
    for (const [lang, name] of [
      ['en', 'Auto Insurance'],
      ['ar', 'تأمين'],
      ['de', 'Brüder & Söhne'],
    ] as const) {
      const to = `${lang}@example.com`;
      const payload = { to, lang, client: { name }, params: code() };
      await mailer.send('sign_in_code', payload);
      await outbox.drain();
      const mail = await waitForMail(server, to, 'sign_in_code');
      assert.equal(mail.code, '048291');
      const rendered = templates.render({ ...payload, kind: 'sign_in_code' });
      assert.equal(mail.subject, rendered.subject);
      assert.equal(mail.text.trim(), rendered.text.trim());
      assert.equal(mail.html.trim(), rendered.html.trim());
      const [{ headers, sender } = assert.fail('not received')] = received(to);
      assert.equal(sender, 'no-reply@id.example');
      assert.equal(headers.from, FROM);
      assert.equal(headers['content-language'], lang);
      assert.equal(headers['auto-submitted'], 'auto-generated');
      assert.match(headers['message-id'] ?? '', /^<[\w-]{22}@id\.example>$/);
    }
  });

  test('a line that begins with a dot arrives as it is', async () => {
    const message = { id: 'dots', from: FROM, to: 'dots@example.com', subject: 's', html: '', lang: 'en', at: 0 };
    await smtp.send({ ...message, text: 'one\n.\n..two\nFrom here' }, AbortSignal.timeout(5000));
    assert.equal((await waitForMail(server, 'dots@example.com')).text.trim(), 'one\n.\n..two\nFrom here');
  });

  test('a server that says 451 gets it again a second later', async () => {
    const { outbox, mailer } = mailing();
    server.behave({ refuse: { RCPT: '451 4.7.1 greylisted, come again' } });
    await mailer.send('verify_email', { to: 'grey@example.com', lang: 'en', params: code() });
    await outbox.drain();
    assert.equal(received('grey@example.com').length, 0);
    server.behave({});
    await sleep(1100);
    await outbox.drain();
    assert.equal((await waitForMail(server, 'grey@example.com', 'verify_email')).code, '048291');
  });

  for (const [at, reply] of [
    ['RCPT', '550 5.1.1 <no@example.com> unknown'],
    ['DATA', '554 5.6.0 I do not like 048291'],
  ] as const) {
    test(`a server that says ${reply.slice(0, 3)} to ${at} does not get it again, and is not quoted`, async () => {
      const { outbox, mailer } = mailing();
      const { failed } = await opened.store.outbox.statistics();
      lines.length = 0;
      server.behave({ refuse: { [at]: reply } });
      await mailer.send('verify_email', { to: 'no@example.com', lang: 'en', params: code() });
      await outbox.drain();
      assert.equal((await opened.store.outbox.statistics()).failed, failed + 1);
      const said = lines.find((line) => line.includes('given up')) ?? '';
      assert.ok(said.includes(reply.slice(0, 9)), said);
      assert.doesNotMatch(lines.join(), /048291|no@example/);
    });
  }

  test('a refused password is our fault, not the message’s: it waits', async () => {
    const url = new URL(server.url);
    Object.assign(url, { username: 'us%40er', password: 'wr%2Fong' });
    const transport = messaging.createSmtp(url.href);
    const { outbox, mailer } = mailing(transport);
    server.behave({ refuse: { AUTH: '535 5.7.8 no' } });
    await mailer.send('verify_email', { to: 'auth@example.com', lang: 'en', params: code() });
    await outbox.drain();
    server.behave({});
    await sleep(1100);
    await outbox.drain();
    transport.close();
    assert.equal(received('auth@example.com').length, 1);
    assert.deepEqual(server.logins(), ['us@er:wr/ong']);
  });

  test('a connection that broke before the answer sends it again under the same Message-ID', async () => {
    const { outbox, mailer } = mailing();
    server.behave({ dropAfterData: true });
    await mailer.send('password_changed', { to: 'twice@example.com', lang: 'en', params: { at: now() } });
    await outbox.drain();
    server.behave({});
    await sleep(1100);
    await outbox.drain();
    const ids = received('twice@example.com').map(({ id }) => id);
    assert.equal(ids.length, 2);
    assert.equal(ids[0], ids[1]);
  });

  test('a server that is not there is no error of ours, and one that is slow no obstacle', async () => {
    const transport = messaging.createSmtp('smtp://127.0.0.1:1');
    const { outbox, mailer } = mailing(transport);
    await mailer.send('verify_email', { to: 'slow@example.com', lang: 'en', params: code() });
    await outbox.drain();
    transport.close();
    server.behave({ slow: 50 });
    await sleep(1100);
    await mailing().outbox.drain();
    assert.equal(received('slow@example.com').length, 1);
  });

  test('a code that expired on the way is not sent', async () => {
    const { outbox, mailer } = mailing();
    await mailer.send('sign_in_code', { to: 'late@example.com', lang: 'en', params: { ...code(), at: now() - 601 } });
    await outbox.drain();
    assert.equal(received('late@example.com').length, 0);
    assert.ok(lines.some((line) => line.includes('the code in it has expired')));
  });

  test('a client’s name adds no header', async () => {
    const { outbox, mailer } = mailing();
    const client = { name: 'Shop\r\nBcc: eve@example.com\r\n\r\nHello' };
    await mailer.send('verify_email', { to: 'alice@example.com', lang: 'en', client, params: code() });
    await outbox.drain();
    const mail = await waitForMail(server, 'alice@example.com', 'verify_email');
    assert.equal(mail.subject, 'Confirm your address for Shop Bcc: eve@example.com Hello: 048291');
    assert.deepEqual(received('eve@example.com'), []);
    assert.ok(!('bcc' in (received('alice@example.com')[0]?.headers ?? {})));
  });

  test('an address that is no mail server is refused when it is given', () => {
    assert.throws(() => messaging.createSmtp('https://mail.example'), { code: 'configuration' });
  });
});

describe('without a mail server', () => {
  test('the catcher of a demonstration gets the whole mail', async () => {
    const caught: messaging.MailMessage[] = [];
    const { outbox, mailer } = mailing(messaging.createCatcher((mail) => void caught.push(mail)));
    const params = { ...code(), link: 'https://id.example/interaction/x' };
    await mailer.send('reset_password', { to: 'demo@example.com', lang: 'fr', params });
    await outbox.drain();
    const mail = await waitForMail({ messages: () => caught }, 'demo@example.com', 'reset_password');
    assert.equal(mail.code, '048291');
    assert.equal(mail.link, 'https://id.example/interaction/x');
  });

  test('a missing configuration is said, and nothing of the mail', async () => {
    const { outbox, mailer } = mailing(messaging.createUnconfiguredMail({ log }));
    lines.length = 0;
    await mailer.send('sign_in_code', { to: 'nobody@example.com', lang: 'en', params: code('739164') });
    await outbox.drain();
    assert.match(lines.join(), /SMTP_URL/);
    assert.doesNotMatch(lines.join(), /739164|nobody@example/);
  });
});
