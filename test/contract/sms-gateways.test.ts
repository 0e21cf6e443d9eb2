import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { createLog, systemClock } from '../../src/base/index.ts';
import { createSmsDelivery, DeliveryError, type SmsPayload, smsGateways } from '../../src/messaging/index.ts';
import { type Mood, type SmsStandIn, startSmsGateway } from '../support/sms-gateways.ts';

const message = { id: 'm1', to: '+4930901820', text: 'Code: 123456', purpose: 'second_factor' };
const open: SmsStandIn[] = [];
after(() => Promise.all(open.map((one) => one.close())));

async function standIn(dialect: Parameters<typeof startSmsGateway>[0]): Promise<SmsStandIn> {
  const one = await startSmsGateway(dialect);
  open.push(one);
  return one;
}

const only = (one: SmsStandIn) => {
  const [gateway] = smsGateways(one.url);
  assert.ok(gateway);
  return gateway;
};

for (const dialect of ['twilio', 'vonage', 'webhook'] as const) {
  describe(dialect, () => {
    test('takes a message', async () => {
      const one = await standIn(dialect);
      await only(one).send(message, AbortSignal.timeout(5000));
      assert.equal(one.received.length, 1);
    });

    const cases: [Mood, boolean][] = [
      ['bad number', true],
      ['throttled', false],
      ['broken', false],
      ['unauthorized', dialect === 'webhook'],
    ];
    for (const [mood, final] of cases) {
      test(`${mood}: ${final ? 'nobody could send it' : 'worth another try'}, and its words are not repeated`, async () => {
        const one = await standIn(dialect);
        one.mood = mood;
        await assert.rejects(only(one).send(message, AbortSignal.timeout(5000)), (error) => {
          assert.ok(error instanceof DeliveryError);
          assert.equal(error.final, final);
          assert.doesNotMatch(error.message, /secret|\+49|123456|invalid|Authenticate/);
          return true;
        });
      });
    }

    test('that does not answer is given up in time', async () => {
      const one = await standIn(dialect);
      one.mood = 'silent';
      await assert.rejects(only(one).send(message, AbortSignal.timeout(200)), DeliveryError);
    });
  });
}

test('Twilio is asked as its API says: basic authentication, a form, the sender', async () => {
  const one = await standIn('twilio');
  await only(one).send(message, AbortSignal.timeout(5000));
  const [{ path, headers, fields } = { path: '', headers: {}, fields: {} }] = one.received;
  assert.equal(path, '/2010-04-01/Accounts/AC123/Messages.json');
  assert.equal(headers.authorization, `Basic ${Buffer.from('AC123:secret').toString('base64')}`);
  assert.deepEqual(fields, { To: '+4930901820', Body: 'Code: 123456', From: '+15005550006' });
  const service = smsGateways(one.url.replace('from=%2B15005550006', 'messaging_service=MG9'))[0];
  await service?.send(message, AbortSignal.timeout(5000));
  assert.equal(one.received[1]?.fields.MessagingServiceSid, 'MG9');
});

test('Vonage gets the number without its plus, and Unicode is said to be', async () => {
  const one = await standIn('vonage');
  await only(one).send({ ...message, text: 'Ihr Code für Ä: 1' }, AbortSignal.timeout(5000));
  const fields = one.received[0]?.fields;
  assert.deepEqual(
    [fields?.to, fields?.type, fields?.from, fields?.api_key],
    ['4930901820', 'unicode', 'Example', 'key'],
  );
});

test('a webhook gets the contract of the documentation, and the same id with every try', async () => {
  const one = await standIn('webhook');
  await only(one).send(message, AbortSignal.timeout(5000));
  assert.deepEqual(one.received[0]?.fields, message);
  assert.equal(one.received[0]?.headers['idempotency-key'], 'm1');
});

describe('delivery', () => {
  const words = {
    pick: () => 'en',
    t: (_lang: string, key: string, params = {}) => `${key} ${JSON.stringify(params)}`,
    dir: () => 'ltr' as const,
  };
  const payload: SmsPayload = {
    ...{ to: '+4930901820', purpose: 'second_factor', lang: 'en', client: { name: 'Auto' } },
    ...{ code: '123456', at: Math.floor(Date.now() / 1000), minutes: 5 },
  };
  const through = (urls: string) =>
    createSmsDelivery({
      ...{
        gateways: smsGateways(urls),
        words,
        host: 'login.test',
        houseName: () => 'Home',
        clock: systemClock,
        log: createLog('silent'),
      },
    });
  const how = { id: 'm1', signal: AbortSignal.timeout(20_000) };

  test('a gateway in trouble is stood in for by the next one at once', async () => {
    const [first, second] = [await standIn('twilio'), await standIn('webhook')];
    first.mood = 'broken';
    await through(`${first.url} ${second.url}`)(payload, how);
    assert.equal(second.received.length, 1);
    assert.match(second.received[0]?.fields.text ?? '', /\n\n@login\.test #123456$/);
  });

  test('a number that one gateway refuses for good is not tried elsewhere', async () => {
    const [first, second] = [await standIn('vonage'), await standIn('webhook')];
    first.mood = 'bad number';
    await assert.rejects(through(`${first.url},${second.url}`)(payload, how), DeliveryError);
    assert.equal(second.received.length, 0);
  });

  test('a message that is late for its code is not sent', async () => {
    const one = await standIn('webhook');
    await assert.rejects(through(one.url)({ ...payload, at: payload.at - 301 }, how), (error) => {
      return error instanceof DeliveryError && error.final;
    });
    assert.equal(one.received.length, 0);
  });
});
