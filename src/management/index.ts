/**
 * What an operator owns (clients, policies, groups, networks, branding, settings, …): its shape, how a file of it is
 * applied, and the snapshot in memory that every request reads.
 *
 * It does not know the protocol or people: other rooms say what they need of a client, and the directory answers it.
 * Called by app.ts and the command line. What must stay true: a file is applied whole or not at all, with every problem
 * named by its place; secrets are kept as digests or sealed; a change is in force on every instance within a second.
 */

export { type Apply, createApply, type Difference, type Outcome } from './apply.ts';
export { profileAttributes } from './attributes.ts';
export { ACCOUNT_CLIENT, registrationMetadata } from './clients.ts';
export { createDirectory, type Directory } from './directory.ts';
export { type Desired, type Document, planChanges, readDocument } from './document.ts';
export { type Expiry, expiries, sayExpiring } from './expiring.ts';
export { exportDocument } from './export-document.ts';
export { createGroupMembership, type GroupMembership } from './group-membership.ts';
export { createPoliciesInForce, type PoliciesInForce } from './in-force.ts';
export { type PolicySet, policySet } from './policy-set.ts';
export { createProviderFacts, type ProviderFacts } from './provider-facts.ts';
export { findIn, type PolicyReview, reviewPolicies, sayFinding } from './review-policies.ts';
export { smsLimits } from './sms.ts';
export { openSnapshots, type Snapshot, type Snapshots } from './snapshot.ts';
