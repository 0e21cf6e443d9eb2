import { riskLevels } from '../signals.ts';
import { oneOf } from './test.ts';

/** How unusual this sign-in is. Exactly the listed levels: `[medium, high]` for "at least medium". */
export const signInRisk = oneOf({
  name: 'sign_in_risk',
  mayBeUnknown: 'a risk is not known when what it is reckoned from is missing',
  known: riskLevels,
  read: (facts) => facts.signInRisk,
});
