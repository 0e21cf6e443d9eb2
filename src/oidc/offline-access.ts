import type { KoaContextWithOIDC, Provider } from 'oidc-provider';

type OidcContext = KoaContextWithOIDC['oidc'];

/**
 * `offline_access` is granted only together with `prompt=consent` (OpenID Connect Core section 11), "unless other
 * conditions" permit it: for an app of the operator's own they do, since its consent is not asked for at all. The library
 * knows no such condition, so for those apps it is told that the prompt was there; the guard keeps it from being shown.
 */
export function grantOfflineAccess(provider: Provider, firstParty: (clientId: string) => boolean): void {
  Object.defineProperty(provider.OIDCContext.prototype, 'prompts', {
    get(this: OidcContext): Set<string> {
      const { prompt, scope } = (this.params ?? {}) as { prompt?: string; scope?: string };
      const prompts = new Set(prompt?.split(' ').filter(Boolean) ?? []);
      const asked = scope?.split(' ').includes('offline_access') ?? false;
      if (asked && !prompts.has('none') && this.client && firstParty(this.client.clientId)) prompts.add('consent');
      return prompts;
    },
  });
}
