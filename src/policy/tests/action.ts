import { actions } from '../signals.ts';
import { leaf, oneOf } from './test.ts';

/** What somebody is about to do. A policy that does not test it is about signing in and refreshing only. */
export const action = oneOf({ name: 'action', known: actions, read: (facts) => facts.action });

const usual = ['sign_in', 'refresh'];

/** What a policy that tests no action has beside its condition. */
export const signingIn = leaf({
  test: 'action',
  expected: usual,
  several: false,
  values: actions,
  read: (facts) => facts.action,
  matches: (actual) => usual.includes(actual),
});
