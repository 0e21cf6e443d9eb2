import type { JsonObject } from '../base/index.ts';
import { type Expectation, type Policy, parseExpectations } from '../policy/index.ts';
import { ACCOUNT_CLIENT, type ClientResource } from './clients.ts';
import { type Desired, ONLY } from './document.ts';
import { compileNetworks, type NetworkResource } from './networks.ts';
import { compilePolicies } from './policies.ts';
import { defaultSettings, type SettingsResource } from './settings.ts';

/** What belongs together where policies are judged: those of a file, or those that are in force. */
export interface PolicySet {
  policies: readonly Policy[];
  expectations: readonly Expectation[];
  /** The group whose members administer. */
  administrators: string;
  /** What there is, by the words in which policies name it. */
  names: Readonly<
    Record<'client' | 'client_tag' | 'group' | 'network' | 'identity_provider' | 'terms', readonly string[]>
  >;
  /** Signals typed by hand, with what is known here of the client and the address in them. */
  complete(given: JsonObject): JsonObject;
}

/** @throws Error for policies and expectations that do not read; {@link readDocument} tells what is wrong with those. */
export function policySet(resources: readonly Desired[]): PolicySet {
  const bodies = (kind: string) => resources.filter((one) => one.kind === kind).map(({ body }) => body);
  const ids = (kind: string) => resources.filter((one) => one.kind === kind).map(({ id }) => id);
  const written = bodies('client') as unknown as Pick<ClientResource, 'client_id' | 'tags'>[];
  const clients = [...written, { client_id: ACCOUNT_CLIENT, tags: [] }];
  const networksOf = compileNetworks(bodies('network') as unknown as NetworkResource[]);
  const settings = resources.find(({ kind, id }) => kind === 'settings' && id === ONLY)?.body as
    | Partial<SettingsResource>
    | undefined;
  const administrators = settings?.administrators ?? defaultSettings.administrators;

  function complete(given: JsonObject): JsonObject {
    const { client, ip } = given;
    const tags = clients.find(({ client_id: id }) => id === client)?.tags;
    const network = typeof ip === 'string' ? networksOf(ip) : undefined;
    return {
      ...(tags && { client_tags: [...tags] }),
      ...(network && { networks: [...network.names], trusted_network: network.trusted }),
      ...given,
    };
  }

  return {
    policies: compilePolicies(bodies('policy')),
    expectations: readExpectations(bodies('policy_test'), complete),
    administrators,
    names: {
      client: clients.map(({ client_id: id }) => id),
      client_tag: [...new Set(clients.flatMap(({ tags }) => tags))],
      group: [...new Set([...ids('group'), administrators])],
      network: ids('network'),
      identity_provider: ids('identity_provider'),
      terms: ids('terms'),
    },
    complete,
  };
}

function readExpectations(bodies: readonly JsonObject[], complete: PolicySet['complete']): Expectation[] {
  const completed = bodies.map((body) => ({ ...body, given: complete((body.given ?? {}) as JsonObject) }));
  const parsed = parseExpectations(completed, 'policy_tests');
  if (!parsed.ok) throw new Error(`policy_tests do not read: ${parsed.problems.join(' ')}`);
  return parsed.expectations;
}
