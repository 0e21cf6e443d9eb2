import { createServer } from 'node:net';
import { startInsuranceApp } from '../../examples/insurance-app.ts';
import { type RunningServer, startBacking, startServer } from '../support/server.ts';

export interface House {
  server: RunningServer;
  /** Apps: one that is ours, and one that is somebody else's and asks for more (a name, terms, consent). */
  own: string;
  foreign: string;
  /** Asks for a device's codes (RFC 8628 section 3.1). */
  device(): Promise<{ userCode: string }>;
  close(): Promise<void>;
}

/** The server on its embedded database with two apps, for looking at every page there is. */
/** @param policies sections of the file that go below the others */
export async function startHouse(policies = '', env: Record<string, string> = {}): Promise<House> {
  const [own, foreign] = [await freePort(), await freePort()];
  const app = (id: string, port: number, name: string) => `
  - client_id: ${id}
    client_name: ${name}
    client_uri: http://localhost:${port}
    token_endpoint_auth_method: none
    redirect_uris: [http://localhost:${port}/callback]
    post_logout_redirect_uris: [http://localhost:${port}/signed-out]
    scope: openid profile email offline_access`;
  const file = `
clients:${app('own', own, 'Auto Insurance')}
    first_party: true
${app('foreign', foreign, 'Quick Quotes')}
    terms: [rules]
    attributes: [{ name: given_name }]
  - client_id: tv
    client_name: Television
    token_endpoint_auth_method: none
    grant_types: ['urn:ietf:params:oauth:grant-type:device_code']
    scope: openid email
branding:
  title: Example Insurance
  accent: '#1d5fa8'
  policy_uri: https://insurance.example/privacy
  tos_uri: https://insurance.example/terms
terms:
  - { id: rules, version: 1, title: Terms of use, uri: 'https://insurance.example/terms' }
settings:
  limits: { requests_per_minute: 10000, messages_per_quarter_hour: 100 }
  bot_check: { messages_per_hour: 1000000 }
${policies}`;
  const backing = await startBacking('pglite');
  const server = await startServer({ backing, file, env });
  const { issuer } = server;
  const apps = await Promise.all([
    startInsuranceApp({ name: 'Auto Insurance', clientId: 'own', port: own, issuer }),
    startInsuranceApp({ name: 'Quick Quotes', clientId: 'foreign', port: foreign, issuer }),
  ]);
  return {
    server,
    own: `http://localhost:${own}`,
    foreign: `http://localhost:${foreign}`,
    async device() {
      const body = new URLSearchParams({ client_id: 'tv', scope: 'openid email' });
      const answer = await fetch(`${issuer}/device/auth`, { method: 'POST', body });
      const { user_code: userCode } = (await answer.json()) as { user_code: string };
      return { userCode };
    },
    async close() {
      for (const app of apps) await app.close();
      await server.stop();
      await backing.close();
    },
  };
}

/** Known before the app listens, since the server's file names it. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, 'localhost', () => {
      const address = probe.address();
      probe.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(address)));
    });
  });
}
