import { apis } from './apis.ts';
import { attributes } from './attributes.ts';
import { branding } from './brand.ts';
import { clients } from './clients.ts';
import { groups } from './groups.ts';
import { identityProviders } from './identity-providers.ts';
import { networks } from './networks.ts';
import { policies } from './policies.ts';
import { policyTests } from './policy-tests.ts';
import type { Resource } from './resource.ts';
import { settings } from './settings.ts';
import { sms } from './sms.ts';
import { terms } from './terms.ts';

/** The list. Adding something an operator can own is a file beside this one, and a line here. */
export const resources = [
  settings,
  sms,
  branding,
  attributes,
  terms,
  apis,
  identityProviders,
  clients,
  networks,
  groups,
  policies,
  policyTests,
] as unknown as readonly Resource[];
