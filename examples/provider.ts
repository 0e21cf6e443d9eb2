import * as client from 'openid-client';

interface Registration {
  issuer: string;
  clientId: string;
  clientSecret?: string | undefined;
}

const isLoopback = ({ protocol, hostname }: URL): boolean =>
  protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname);

/** Reads the provider's addresses and keys. Signatures are always checked; plain http is for this machine only. */
export function discoverProvider({ issuer, clientId, clientSecret }: Registration): Promise<client.Configuration> {
  const url = new URL(issuer);
  const authentication = clientSecret === undefined ? client.None() : client.ClientSecretBasic(clientSecret);
  const insecure = isLoopback(url) ? [client.allowInsecureRequests] : [];
  return client.discovery(url, clientId, undefined, authentication, {
    execute: [...insecure, client.enableNonRepudiationChecks],
    timeout: 10,
  });
}
