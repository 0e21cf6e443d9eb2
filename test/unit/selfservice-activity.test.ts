import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../src/base/index.ts';
import { activity, type Happened, SHOWN } from '../../src/selfservice/sections/activity.ts';
import { createLanguages } from '../../src/web/languages.ts';
import { visitor } from '../support/visitor.ts';

const languages = createLanguages({ directory: new URL('../../views/languages/', import.meta.url) });
const trace = (requirement: object) => ({
  trace: [{ mode: 'enforce', applied: true, requirements: [{ requirement }] }],
});

async function shown(...events: Partial<Happened>[]): Promise<JsonObject[]> {
  const section = activity({
    eventsOf: async () => events.map((event) => ({ id: '1', at: 1, type: 'user.signed_in', data: {}, ...event })),
    decisionsOf: async () => [{ reference: 'r', decision: trace({ require: 'mfa' }) }] as never,
    countryOf: () => undefined,
    clientName: (id) => (id === 'auto' ? 'Auto Insurance' : undefined),
    own: 'account',
    providers: () => [{ id: 'acme', name: 'Acme Corporation' }],
    attributes: () => [{ name: 'tier', label: { en: 'Tier' } }, { name: 'given_name' }],
    report: async () => false,
  });
  return (await section.show(visitor, {})).events as JsonObject[];
}

test('an app goes by its name, one that is gone by its id, the account pages by none', async () => {
  const events = await shown({ clientId: 'auto' }, { clientId: 'gone' }, { clientId: 'account' }, {});
  assert.deepEqual(
    events.map(({ client }) => client),
    ['Auto Insurance', 'gone', undefined, undefined],
  );
});

test('an account elsewhere goes by its provider’s name', async () => {
  const [known, gone] = await shown({ data: { provider: 'acme' } }, { data: { provider: 'old' } });
  assert.deepEqual([known?.provider, gone?.provider], ['Acme Corporation', 'old']);
});

test('what the account pages asked for is told, too', async () => {
  const [event] = await shown({ clientId: 'account', data: { reference: 'r' } });
  assert.deepEqual([event?.client, event?.demands], [undefined, ['mfa']]);
});

test('what changed in a profile is named as its owner knows it, never what it says', async () => {
  const [event] = await shown({ type: 'user.profile_changed', data: { fields: ['tier', 'given_name', 'picture'] } });
  assert.deepEqual(event?.fields, [
    { name: 'tier', label: { en: 'Tier' } },
    { name: 'given_name' },
    { name: 'picture' },
  ]);
});

test('everything that is shown of what happened has words', () => {
  for (const type of SHOWN) assert.ok(languages.has('en', `activity.${type.replace('.', '_')}`), type);
});
