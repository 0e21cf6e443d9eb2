/** How an upstream provider is spoken to: five brands, any OpenID provider, any SAML 2.0 identity provider. */
export const providerTypes = ['oidc', 'google', 'microsoft', 'apple', 'facebook', 'github', 'saml'] as const;
export type ProviderType = (typeof providerTypes)[number];

/**
 * What the operator wrote about one upstream provider, by the names of the declarative file, secrets readable. Which
 * fields a type needs is checked where the file is read.
 */
export interface UpstreamProvider {
  id: string;
  type: ProviderType;
  /** OpenID Connect: where discovery begins. Brands know theirs; a given one is taken instead (another cloud, a test). */
  issuer?: string | undefined;
  client_id?: string | undefined;
  client_secret?: string | undefined;
  /** How this client proves itself at the token endpoint; `none` relies on PKCE. */
  token_endpoint_auth_method?: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none' | undefined;
  /** PEM, PKCS #8: for `private_key_jwt`, and for Apple's client secret. */
  private_key?: string | undefined;
  key_id?: string | undefined;
  /** Apple's ten characters. */
  team_id?: string | undefined;
  scopes?: readonly string[] | undefined;
  /** By hand, where there is no discovery. With all of them given nothing is discovered. */
  authorization_endpoint?: string | undefined;
  token_endpoint?: string | undefined;
  userinfo_endpoint?: string | undefined;
  jwks_uri?: string | undefined;
  end_session_endpoint?: string | undefined;
  /** Our claim ← the name it has upstream, where that is another one. */
  claims?: Readonly<Record<string, string>> | undefined;
  /** Google: only accounts of these Workspace domains. */
  hosted_domains?: readonly string[] | undefined;
  /** Microsoft: a tenant's id; `common`, `organizations` and `consumers` accept accounts of many tenants. */
  tenant?: string | undefined;
  /** Microsoft: which tenants' accounts are accepted, where `tenant` names none; any, when empty. */
  allowed_tenants?: readonly string[] | undefined;
  /** SAML: where its metadata is, or the metadata itself. */
  metadata_url?: string | undefined;
  metadata?: string | undefined;
}
