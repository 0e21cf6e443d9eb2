import { sayDuration } from './duration.ts';
import type { Requirement } from './requirement.ts';

/** What is asked for, in words for operators: `a second factor (at most 15 minutes old)`. */
export function describeRequirement(requirement: Requirement): string {
  const within = 'within' in requirement ? requirement.within : undefined;
  return within === undefined ? bare(requirement) : `${bare(requirement)} (at most ${sayDuration(within)} old)`;
}

function bare(requirement: Requirement): string {
  switch (requirement.require) {
    case 'proof':
      return 'a proof of any kind';
    case 'mfa': {
      const { trustDevice } = requirement;
      return trustDevice === undefined
        ? 'a second factor'
        : `a second factor (or a browser that was trusted in the last ${sayDuration(trustDevice)})`;
    }
    case 'phishing_resistant':
      return 'a factor that resists phishing';
    case 'authenticator':
      return requirement.of.join(' or ');
    case 'acr':
      return `the authentication context ${requirement.of.join(' or ')}`;
    case 'verified_email':
      return 'a verified e-mail address';
    case 'verified_phone':
      return 'a verified phone number';
    case 'terms':
      return `acceptance of the terms ${requirement.id}`;
    case 'password_change':
      return 'a new password';
    case 'any':
      return `either ${requirement.of.map(describeRequirement).join(' or ')}`;
  }
}
