import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createMailer, type MailPayload } from '../../src/messaging/index.ts';

const sent: MailPayload[] = [];
const mailer = createMailer({
  outbox: {
    async enqueue(_kind, payload) {
      sent.push(payload);
    },
  },
});
const mailTo = (to: string) => mailer.send('password_changed', { to, lang: 'en', params: { at: 0 } });

describe('an address a mail goes to', () => {
  for (const to of ['alice@example.com', "o'hara+x@mail.example.co", 'jürgen@bücher.example', 'a@localhost']) {
    test(`${to} is one`, async () => {
      await mailTo(to);
      assert.equal(sent.at(-1)?.to, to);
    });
  }

  const bad = [
    ...[
      '',
      'alice',
      '@example.com',
      'alice@',
      'a@b@c.example',
      'a b@example.com',
      '<a@example.com>',
      '"a"@example.com',
    ],
    ...['a@example.com,b@example.com', 'a@example.com;b@example.com', 'a@example.com\r\nRCPT TO:<b@example.com>'],
    ...['a@example.com\nBcc: b@example.com', 'a\0@example.com', 'a@exam\u202eple.com', 'Eve: a@example.com', 'a@[::1]'],
  ];
  for (const to of bad) {
    test(`${JSON.stringify(to)} is none: nothing is sent (RFC 5321 section 4.1.2)`, async () => {
      const before = sent.length;
      await assert.rejects(mailTo(to), { name: 'AppError', code: 'mail_address', status: 400 });
      assert.equal(sent.length, before);
    });
  }
});
