interface ClaimsParameter {
  id_token?: { acr?: { essential?: unknown; value?: unknown; values?: unknown } | null };
}

/**
 * The authentication context classes an app insists on (OpenID Connect Core section 5.5.1.1), read from the request's own
 * `claims`: in the library's view `acr_values` would overwrite them. @param claims as validated, JSON
 */
export function essentialAcr(claims: unknown): string[] {
  if (typeof claims !== 'string') return [];
  const wanted = (JSON.parse(claims) as ClaimsParameter).id_token?.acr;
  if (wanted?.essential !== true) return [];
  const values = Array.isArray(wanted.values) ? wanted.values : [wanted.value];
  return values.filter((value) => value !== undefined).map(String);
}
