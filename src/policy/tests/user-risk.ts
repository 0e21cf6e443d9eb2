import { riskLevels } from '../signals.ts';
import { oneOf } from './test.ts';

/** How likely it is that somebody else has the account. Exactly the listed levels: `[medium, high]` for "at least medium". */
export const userRisk = oneOf({
  name: 'user_risk',
  mayBeUnknown: 'a risk is not known when what it is reckoned from is missing',
  known: riskLevels,
  read: (facts) => facts.userRisk,
});
