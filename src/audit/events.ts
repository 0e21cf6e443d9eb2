type Nothing = Record<string, never>;

/** Every event there is, with its data. Never a secret; no address of somebody who has no account here. */
export type AuditData = {
  'user.registered': Nothing;
  /** `methods`: how, by the names of what gave evidence; `acr` and `amr` as in the tokens (OpenID Connect Core section 2); `reference` names the decision. */
  'user.signed_in': { methods: string[]; acr?: string | undefined; amr: string[]; reference: string };
  /** `provider`: that vouched, or was asked to. */
  'user.sign_in_failed': { method: string; reason: string; provider?: string | undefined };
  /** A wrong answer of somebody known, asked for a second factor. */
  'user.factor_failed': { factor: string; reason: string };
  /** Policy said no; `reference` names the decision. */
  'user.denied': { reference: string; by: string[] };
  'factor.enrolled': { factor: string; authenticator: string };
  /** The owner says that they did not add it. */
  'user.change_disowned': { authenticator: string };
  'access_pass.issued': { by: string };
  /** Somebody who lost their factors waits to be let in; `ready`: when, in seconds since the epoch. */
  'recovery.requested': { ready: number };
  'recovery.used': Nothing;
  'factor.removed': { factor: string; authenticator: string };
  'factor.renamed': { authenticator: string };
  /** `by`: `registration`, `owner` in a sign-in of theirs, `trusted_email` where the operator trusts a provider with a mail domain. */
  'identity.linked': { provider: string; identity: string; by: 'registration' | 'owner' | 'trusted_email' };
  'identity.unlinked': { provider: string; identity: string };
  /** This browser is not asked for a second factor for a while. */
  'device.trusted': Nothing;
  /** No browser is spared the second factor any more. */
  'device.untrusted': Nothing;
  /** A browser that nobody had signed in with as this user before, and they have been told. */
  'device.new': Nothing;
  /** Made to wait after too many wrong answers. */
  'user.throttled': { method: string };
  'user.signed_out': { reason: string };
  /** `by`: `reset` with the mailbox, `user` while signed in, `admin`. */
  'user.password_changed': { by: 'reset' | 'user' | 'admin' };
  'user.password_reset_requested': Nothing;
  'user.password_removed': Nothing;
  'user.email_verified': Nothing;
  /** By the user, who has proven the new one. */
  'user.email_changed': Nothing;
  'user.phone_changed': Nothing;
  /** Whoever has the old address or number took the change back. */
  'user.contact_change_undone': { kind: 'email' | 'phone' };
  /** By the user: `fields` names what, never what it says. */
  'user.profile_changed': { fields: string[] };
  /** The user says that it was not them; `event` is the record they point at. */
  'user.compromise_reported': { event: string };
  /** By an administrator: the account is its owner's again. */
  'user.risk_cleared': Nothing;
  /** `due`: seconds since the epoch. */
  'user.deletion_requested': { due: number };
  'user.deletion_cancelled': Nothing;
  /** A copy of everything held about them; `export` names it. */
  'user.export_requested': { export: string };
  'user.export_downloaded': { export: string };
  'user.disabled': { reason?: string };
  'user.enabled': Nothing;
  'user.deleted': Nothing;
  /** `by` names who put them there. */
  'user.group_added': { group: string; by: string };
  'user.group_removed': { group: string; by: string };
  'session.revoked': { reason: string };
  'consent.granted': { scopes: string[]; claims: string[] };
  'consent.denied': Nothing;
  'consent.revoked': Nothing;
  'terms.accepted': { terms: { id: string; version: string }[] };
  /** A text message that was not sent, to keep costs in bounds; `reason` is the budget that was used up. */
  'sms.refused': { country: string; prefix: string; reason: string };
  'code.sent': { purpose: string };
  /** A refresh token or code came a second time and its grant was ended (RFC 9700 section 4.14.2). */
  'token.reuse_detected': Nothing;
  /** By itself (RFC 7591). */
  'client.registered': Nothing;
  'client.changed': Nothing;
  /** What an operator owns: a client, a policy, branding. `by` names who, or the file. */
  'resource.changed': { kind: string; id: string; change: 'put' | 'removed'; version?: number; by?: string };
  'keys.rotated': { kid: string; alg: string };
};

export type AuditType = keyof AuditData;

/** Who and where, as far as it is known. */
interface Circumstances {
  userId?: string | undefined;
  clientId?: string | undefined;
  sessionUid?: string | undefined;
  ip?: string | undefined;
}

/** Closed: what is not in the list is not recorded. The recorder adds the time. */
export type AuditEvent = { [Type in AuditType]: Circumstances & { type: Type; data: AuditData[Type] } }[AuditType];
