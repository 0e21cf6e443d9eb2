import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type AttributeDemand,
  collectAttributes,
  maskEmail,
  missingAttributes,
  parseEmail,
} from '../../src/accounts/index.ts';

test('addresses that mail reaches are taken, tidied; others are not', () => {
  assert.equal(parseEmail('  Maria.Gonzalez+x@Example.COM '), 'Maria.Gonzalez+x@example.com');
  assert.equal(parseEmail('üser@bücher.example'), 'üser@bücher.example');
  for (const wrong of [
    '',
    '@',
    'a@',
    '@b',
    'a b@c.de',
    'a@b@c',
    'a@b\r\nBcc: x@y',
    'a,b@c.de',
    '<a@b.c>',
    `${'x'.repeat(65)}@b.c`,
    'a@-b.c',
    'a@b..c',
  ]) {
    assert.equal(parseEmail(wrong), undefined, wrong);
  }
});

test('a masked address shows its first letter and its domain', () => {
  assert.equal(maskEmail('maria@example.com'), 'm…@example.com');
});

const demands: AttributeDemand[] = [
  { name: 'given_name', type: 'text', required: true },
  { name: 'phone_number', type: 'phone', required: false },
  { name: 'policy_no', type: 'text', required: true, pattern: '[A-Z]{2}\\d{4}' },
  { name: 'cars', type: 'number', required: false, minimum: 0, maximum: 9 },
  { name: 'newsletter', type: 'boolean', required: false },
  { name: 'plan', type: 'choice', required: false, choices: ['basic', 'full'] },
  { name: 'since', type: 'date', required: false },
];

test('everything that is wrong is said at once, by field', () => {
  const { errors } = collectAttributes(
    { phone_number: '12', policy_no: 'ab1', cars: '11', plan: 'gold', since: '2026-02-31x' },
    demands,
  );
  assert.deepEqual(errors, {
    given_name: 'required',
    phone_number: 'phone_invalid',
    policy_no: 'value_invalid',
    cars: 'number_range',
    plan: 'value_invalid',
    since: 'date_invalid',
  });
});

test('what is too long, and what is no number, is said to be that', () => {
  const { errors } = collectAttributes({ given_name: 'a'.repeat(201), policy_no: 'AB1234', cars: 'two' }, demands);
  assert.deepEqual(errors, { given_name: 'value_too_long', cars: 'number_invalid' });
});

test('yes is what a ticked box sends, or a word for it; everything else is no', () => {
  const asked = demands.filter(({ name }) => name === 'newsletter');
  const given = (newsletter: string) => collectAttributes({ newsletter }, asked).collected.attributes.newsletter;
  for (const yes of ['true', 'on', '1', 'yes']) assert.equal(given(yes), true, yes);
  for (const no of ['', 'false', 'off', '0', 'no', 'null']) assert.equal(given(no), false, no);
});

test('what is right goes where it belongs, typed; what was not asked for is not taken', () => {
  const form = {
    given_name: ' Ada ',
    phone_number: '+49 30 901820',
    policy_no: 'AB1234',
    cars: '2',
    newsletter: 'true',
    plan: 'full',
    since: '2020-02-29',
    admin: 'yes',
  };
  assert.deepEqual(collectAttributes(form, demands), {
    errors: {},
    collected: {
      givenName: 'Ada',
      phone: '+4930901820',
      attributes: { policy_no: 'AB1234', cars: 2, newsletter: true, plan: 'full', since: '2020-02-29' },
    },
  });
});

test('only what is required and unknown is missing', () => {
  const user = {
    id: 'u',
    emailVerified: true,
    phoneVerified: false,
    attributes: { policy_no: 'AB1234' },
    groups: [],
    credentials: [],
    disabled: false,
    nothingBefore: 0,
    createdAt: 0,
    updatedAt: 0,
  };
  assert.deepEqual(
    missingAttributes(user, demands).map(({ name }) => name),
    ['given_name'],
  );
});
