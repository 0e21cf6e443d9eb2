// needs: postgres
import assert from 'node:assert/strict';
import { sql } from '../../src/store/sql.ts';
import { onEveryDriver } from './drivers.ts';

const limits = {
  daily: 1000,
  perNumberHour: 5,
  perUserDay: 1000,
  perIpHour: 1000,
  perPrefixHour: 1000,
  conversion: 0.15,
};
let sends = 0;
const send = (changes: object = {}) => ({
  ...{
    id: `send-${++sends}`,
    phone: `+49${sends}`,
    country: 'DE',
    prefix: `+49-${sends}`,
    userId: 'u',
    ip: '192.0.2.1',
  },
  ...changes,
});

onEveryDriver({
  'of many at once to one number no more go than the budget says': async ({ store }) => {
    const to = { phone: '+491700000', prefix: '+49170' };
    const refusals = await Promise.all(Array.from({ length: 12 }, () => store.smsSends.reserve(send(to), limits)));
    assert.equal(refusals.filter((one) => one === undefined).length, 5);
    assert.deepEqual(new Set(refusals), new Set([undefined, 'number']));
  },

  'each budget refuses by its name': async ({ store, db }) => {
    await db.run(sql`delete from sms_sends`);
    const cases = [
      [{ userId: 'one' }, { perUserDay: 1 }, 'user'],
      [{ ip: '192.0.2.9' }, { perIpHour: 1 }, 'ip'],
      [{ prefix: '+49151' }, { perPrefixHour: 1 }, 'prefix'],
    ] as const;
    for (const [same, limit, reason] of cases) {
      assert.equal(await store.smsSends.reserve(send(same), { ...limits, ...limit }), undefined);
      assert.equal(await store.smsSends.reserve(send(same), { ...limits, ...limit }), reason);
    }
    assert.equal(await store.smsSends.reserve(send(), { ...limits, daily: 3 }), 'daily');
  },

  'where codes are sent and not used, nothing more is sent; where they are used, it goes on': async ({ store, db }) => {
    await db.run(sql`delete from sms_sends`);
    for (const prefix of ['+882', '+4930']) {
      for (let n = 0; n < 20; n += 1) {
        const one = send({ prefix, country: prefix === '+882' ? 'XV' : 'DE' });
        assert.equal(await store.smsSends.reserve(one, limits), undefined);
        if (prefix === '+4930' && n < 4) await store.smsSends.used(one.id);
      }
    }
    const waiting = send({ prefix: '+882' });
    assert.equal(await store.smsSends.reserve(waiting, limits), undefined, 'people are given five minutes to type');
    await db.run(sql`update sms_sends set at = at - interval '6 minutes'`);
    assert.equal(await store.smsSends.reserve(send({ prefix: '+882' }), limits), 'conversion');
    assert.equal(await store.smsSends.reserve(send({ prefix: '+4930' }), limits), undefined);
    await db.run(sql`update sms_sends set at = at - interval '1 hour'`);
    assert.equal(await store.smsSends.reserve(send({ prefix: '+882' }), limits), undefined, 'an hour later, again');
    assert.deepEqual(
      (await store.smsSends.statistics()).map(({ country, used }) => [country, used]),
      [
        ['DE', 4],
        ['XV', 0],
      ],
    );
  },
});
