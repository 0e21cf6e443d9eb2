import { z } from 'zod';
import { digestClientSecret, type JsonObject } from '../base/index.ts';
import { brandSchema, webAddress } from './brand.ts';
import type { Resource } from './resource.ts';

/** The account pages are an app like any other: policies name them by this. */
export const ACCOUNT_CLIENT = 'account';

const uri = z.string().refine((text) => URL.canParse(text), 'must be an absolute URI');
const name = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must be lower-case letters, digits, - and _');

/** Registration metadata by its standard names (OpenID Connect Registration 1.0 section 2), which the provider checks too. */
const standard = {
  client_id: z.string().regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 visible ASCII characters'),
  client_name: z.string().min(1).max(80).optional(),
  client_secret: z.string().min(32, 'must be at least 32 characters, random').optional(),
  client_uri: webAddress.optional(),
  logo_uri: webAddress.optional(),
  policy_uri: webAddress.optional(),
  tos_uri: webAddress.optional(),
  contacts: z.array(z.string()).optional(),
  application_type: z.enum(['web', 'native']).optional(),
  redirect_uris: z.array(uri).default([]),
  post_logout_redirect_uris: z.array(uri).optional(),
  grant_types: z
    .array(
      z.enum([
        'authorization_code',
        'refresh_token',
        'client_credentials',
        'urn:ietf:params:oauth:grant-type:device_code',
      ]),
    )
    .default(['authorization_code', 'refresh_token']),
  response_types: z.array(z.enum(['code'])).optional(),
  token_endpoint_auth_method: z
    .enum(['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'])
    .default('client_secret_basic'),
  token_endpoint_auth_signing_alg: z.string().optional(),
  jwks: z.strictObject({ keys: z.array(z.record(z.string(), z.json())) }).optional(),
  jwks_uri: webAddress.optional(),
  scope: z.string().optional(),
  default_max_age: z.int().nonnegative().optional(),
  require_auth_time: z.boolean().optional(),
  id_token_signed_response_alg: z.enum(['ES256', 'RS256']).optional(),
  dpop_bound_access_tokens: z.boolean().optional(),
  require_pushed_authorization_requests: z.boolean().optional(),
  require_signed_request_object: z.boolean().optional(),
  request_object_signing_alg: z.string().optional(),
  backchannel_logout_uri: webAddress.optional(),
  backchannel_logout_session_required: z.boolean().optional(),
};

/** Ours: what the app demands of people, and how it is treated. */
const own = {
  first_party: z.boolean().default(false),
  tags: z.array(name).default([]),
  methods: z
    .array(z.enum(['password', 'email-code', 'passkey', 'federated']))
    .min(1)
    .default(['password', 'email-code', 'passkey', 'federated']),
  /** Upstream providers that this app shows, in this order; all there are, when it names none. */
  identity_providers: z.array(name).optional(),
  registration: z.boolean().default(true),
  /** Names of attributes; built-in ones and those of the section `attributes`. */
  attributes: z
    .array(z.union([z.string(), z.strictObject({ name: z.string(), required: z.boolean().default(true) })]))
    .default([]),
  terms: z.array(z.string()).default([]),
  branding: brandSchema.optional(),
  refresh_token_grace: z.int().min(0).max(60).default(0),
  profile: z.enum(['fapi2']).optional(),
};

/** Of any client, the account pages included. */
export const clientSchema = z.strictObject({ ...standard, ...own });

const operatorsClient = clientSchema.refine(({ client_id: id }) => id !== ACCOUNT_CLIENT, {
  path: ['client_id'],
  message: 'belongs to the account pages; choose another',
});

export type ClientResource = z.output<typeof clientSchema>;

export const clients: Resource<ClientResource & JsonObject> = {
  kind: 'client',
  section: 'clients',
  shape: { list: 'client_id' },
  schema: operatorsClient as unknown as z.ZodType<ClientResource & JsonObject>,
  kept: ({ client_secret: secret, ...rest }) =>
    secret === undefined ? rest : { ...rest, client_secret: digestClientSecret(secret) },
  exported: (body) =>
    body.client_secret === undefined ? body : { ...body, client_secret: { env: secretName(String(body.client_id)) } },
};

function secretName(clientId: string): string {
  return `${clientId.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_CLIENT_SECRET`;
}

/** What the provider reads of a client: the standard part, and who is trusted without being asked. */
export function registrationMetadata(client: JsonObject): JsonObject {
  const known = Object.keys(standard).filter((field) => client[field] !== undefined);
  const metadata = Object.fromEntries(known.map((field) => [field, client[field]]));
  const codeFlow = (client.grant_types as string[] | undefined)?.includes('authorization_code') ?? true;
  return {
    ...metadata,
    response_types: client.response_types ?? (codeFlow ? ['code'] : []),
    // Without its own name for the session an app could end only all sessions of a person.
    ...(client.backchannel_logout_uri === undefined
      ? {}
      : { backchannel_logout_session_required: client.backchannel_logout_session_required ?? true }),
    ...(client.profile === 'fapi2' ? FAPI2 : {}),
  };
}

/** FAPI 2.0 Security Profile section 5.3.2: pushed requests and sender-constrained tokens. */
const FAPI2 = { require_pushed_authorization_requests: true, dpop_bound_access_tokens: true };
