import { z } from 'zod';
import type { JsonObject } from '../base/index.ts';
import { durationSeconds } from '../policy/index.ts';
import { webAddress } from './brand.ts';
import type { Resource } from './resource.ts';

const name = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must be lower-case letters, digits, - and _');
const domain = z.string().regex(/^(?:[a-z0-9-]+\.)+[a-z0-9-]+$/, 'must be a mail domain, lower-case');
const text = z.string().min(1).max(500);
const key = z.string().refine((pem) => pem.includes('PRIVATE KEY'), 'must be a private key (PEM, PKCS #8)');

const trustMfa = z
  .strictObject({
    /** Authentication methods (RFC 8176) or context classes, as the provider says them, that stand for a second factor. */
    amr: z.array(text).default([]),
    acr: z.array(text).default([]),
    /** How long ago the person may have proven themselves there. */
    within: z.string().refine((value) => durationSeconds(value) !== undefined, 'must be a duration such as 15m or 12h'),
  })
  .refine(({ amr, acr }) => amr.length + acr.length > 0, 'must name an amr or an acr to trust');

const identityProviderSchema = z
  .strictObject({
    id: name,
    type: z.enum(['oidc', 'google', 'microsoft', 'apple', 'facebook', 'github', 'saml']),
    display_name: z.string().min(1).max(80).optional(),
    enabled: z.boolean().default(true),
    issuer: webAddress.optional(),
    client_id: text.optional(),
    client_secret: text.optional(),
    /** The day on which the secret ends, as the provider says: it is warned about beforehand. */
    secret_expires: z.iso.date().optional(),
    token_endpoint_auth_method: z
      .enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'])
      .optional(),
    private_key: key.optional(),
    key_id: text.optional(),
    team_id: text.optional(),
    scopes: z.array(text).optional(),
    authorization_endpoint: webAddress.optional(),
    token_endpoint: webAddress.optional(),
    userinfo_endpoint: webAddress.optional(),
    jwks_uri: webAddress.optional(),
    end_session_endpoint: webAddress.optional(),
    metadata_url: webAddress.optional(),
    metadata: z.string().max(200_000).optional(),
    hosted_domains: z.array(domain).optional(),
    tenant: text.optional(),
    allowed_tenants: z.array(text).optional(),
    /** Ours by the name it has there. */
    claims: z.record(z.string().min(1).max(100), text).optional(),
    /** When an attribute is taken over from it again. */
    updates: z.record(z.string(), z.enum(['always', 'when_empty', 'never'])).default({}),
    /** Mail domains whose people are sent there at once. */
    domains: z.array(domain).default([]),
    /** Mail domains in which its word links an account that is there already; nobody's, as a rule. */
    trust_email: z.union([z.literal(false).transform(() => []), z.array(domain)]).default([]),
    trust_mfa: trustMfa.optional(),
    /** Signing out here leads on to signing out there. */
    sign_out_upstream: z.boolean().default(false),
  })
  .superRefine((provider, context) => {
    for (const [path, message] of missingOf(provider)) context.addIssue({ code: 'custom', path: [path], message });
  });

export type IdentityProviderResource = z.output<typeof identityProviderSchema>;

export const identityProviders: Resource<IdentityProviderResource & JsonObject> = {
  kind: 'identity_provider',
  section: 'identity_providers',
  shape: { list: 'id' },
  schema: identityProviderSchema as unknown as z.ZodType<IdentityProviderResource & JsonObject>,
  secrets: [['client_secret'], ['private_key']],
  exported(body) {
    const stem = String(body.id)
      .toUpperCase()
      .replace(/[^A-Z0-9]/g, '_');
    return {
      ...body,
      ...(body.client_secret === undefined ? {} : { client_secret: { env: `${stem}_SECRET` } }),
      ...(body.private_key === undefined ? {} : { private_key: { env: `${stem}_PRIVATE_KEY` } }),
    };
  },
};

interface Given {
  type: string;
  token_endpoint_auth_method?: string | undefined;
  [field: string]: unknown;
}

/** What a provider of this type cannot do without, each with the words to say so. */
function missingOf(given: Given): [field: string, message: string][] {
  const { type, token_endpoint_auth_method: method } = given;
  const lacks = (...fields: string[]) => fields.filter((field) => given[field] === undefined);
  if (type === 'saml') {
    const known = given.metadata_url !== undefined || given.metadata !== undefined;
    return known ? [] : [['metadata_url', 'must say where its metadata is, or metadata must hold it']];
  }
  const needed = ['client_id'];
  if (type === 'apple') needed.push('team_id', 'key_id', 'private_key');
  else if (method === 'private_key_jwt') needed.push('private_key');
  else if (method !== 'none') needed.push('client_secret');
  if (type === 'microsoft' && given.issuer === undefined) needed.push('tenant');
  const missing = lacks(...needed).map((field): [string, string] => [field, `is needed for ${type}`]);
  const byHand = lacks('authorization_endpoint', 'token_endpoint', 'jwks_uri');
  if (type !== 'oidc' || given.issuer !== undefined) return missing;
  return [
    ...missing,
    ['issuer', `is needed${byHand.length === 0 ? ', for what its tokens say' : ', to find the rest'}`],
  ];
}
