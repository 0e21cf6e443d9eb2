import type { ClientAuth } from 'openid-client';
import type { UpstreamProvider } from './provider.ts';

/** How this client proves itself at a token endpoint (OpenID Connect Core section 9); made anew for each request. */
export type ClientAuthentication = () => Promise<ClientAuth>;

type Credentials = Pick<UpstreamProvider, 'client_secret' | 'private_key' | 'key_id' | 'token_endpoint_auth_method'>;

export function clientAuthentication(provider: Credentials): ClientAuthentication {
  const { client_secret: secret, private_key: pem = '', key_id: keyId } = provider;
  return async () => {
    const client = await import('openid-client');
    switch (provider.token_endpoint_auth_method ?? 'client_secret_basic') {
      case 'none':
        return client.None();
      case 'client_secret_post':
        return client.ClientSecretPost(secret);
      case 'private_key_jwt': {
        const key = await privateKey(pem);
        return client.PrivateKeyJwt(keyId === undefined ? key : { key, kid: keyId });
      }
      default:
        return client.ClientSecretBasic(secret);
    }
  };
}

/** PKCS #8; the algorithm follows from the key. */
async function privateKey(pem: string): Promise<CryptoKey> {
  const { importPKCS8 } = await import('jose');
  const { createPrivateKey } = await import('node:crypto');
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = createPrivateKey(pem);
  const curves: Record<string, string> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };
  const alg = type === 'rsa' ? 'RS256' : type === 'ed25519' ? 'EdDSA' : (curves[details?.namedCurve ?? ''] ?? 'ES256');
  return importPKCS8(pem, alg);
}
