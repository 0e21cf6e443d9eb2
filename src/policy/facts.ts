import { type Address, parseAddress } from './address.ts';
import type { Evidence, FactorKind } from './evidence.ts';
import { actions, riskLevels } from './signals.ts';

/**
 * Signals as tests and requirements read them: plain copies, and whatever is missing or of the wrong type is undefined.
 * So no signal, however broken, can make a decision throw or change under it.
 */
export interface Facts {
  action: string | undefined;
  at: number | undefined;
  user: UserRead;
  client: { id: string | undefined; tags: readonly string[] | undefined };
  network: NetworkRead | undefined;
  address: Address | undefined;
  country: string | undefined;
  devicePlatform: string | undefined;
  knownDevice: boolean | undefined;
  method: string | undefined;
  identityProvider: string | null | undefined;
  signInRisk: string | undefined;
  userRisk: string | undefined;
  evidence: readonly Evidence[];
  requestedAcr: readonly string[] | undefined;
  requiredAcr: readonly string[] | undefined;
  reachable: readonly Provable[] | undefined;
  enrolled: readonly (Provable & { by: string })[] | undefined;
}

export interface UserRead {
  id: string | undefined;
  email: string | undefined;
  disabled: boolean | undefined;
  emailVerified: boolean | undefined;
  phoneVerified: boolean | undefined;
  groups: readonly string[] | undefined;
  /** By name, each of any shape. */
  attribute: (name: string) => unknown;
  acceptedTerms: readonly string[] | undefined;
  passwordChangedAt: number | undefined;
}

/** As a trace shows it: what is not known is null. */
export interface NetworkRead {
  readonly [name: string]: string | boolean | readonly string[] | null;
  readonly ip: string | null;
  readonly names: readonly string[] | null;
  readonly trusted: boolean | null;
}

export interface Provable {
  kinds: FactorKind[];
  phishingResistant: boolean;
}

const KINDS = ['knowledge', 'possession', 'inherence', 'assertion'] as const;

export function readFacts(signals: unknown): Facts {
  const client = get(signals, 'client');
  const evidence = list(get(signals, 'evidence'))?.flatMap((one) => readEvidence(one) ?? []);
  const network = readNetwork(get(signals, 'network'));
  return {
    action: word(get(signals, 'action'), actions),
    at: number(get(signals, 'at')),
    user: readUser(get(signals, 'user')),
    client: { id: text(get(client, 'id')), tags: texts(get(client, 'tags')) },
    network,
    address: typeof network?.ip === 'string' ? parseAddress(network.ip) : undefined,
    country: text(get(signals, 'country')),
    devicePlatform: text(get(signals, 'devicePlatform')),
    knownDevice: boolean(get(signals, 'knownDevice')),
    method: text(get(signals, 'method')),
    identityProvider: orNull(text, get(signals, 'identityProvider')),
    signInRisk: word(get(signals, 'signInRisk'), riskLevels),
    userRisk: word(get(signals, 'userRisk'), riskLevels),
    evidence: evidence ?? [],
    requestedAcr: texts(get(signals, 'requestedAcr')),
    requiredAcr: texts(get(signals, 'requiredAcr')),
    reachable: listOf(readProvable, get(signals, 'reachable')),
    enrolled: listOf(readEnrolled, get(signals, 'enrolled')),
  };
}

function readUser(user: unknown): UserRead {
  const attributes = get(user, 'attributes');
  return {
    id: text(get(user, 'id')),
    email: text(get(user, 'email')),
    disabled: boolean(get(user, 'disabled')),
    emailVerified: boolean(get(user, 'emailVerified')),
    phoneVerified: boolean(get(user, 'phoneVerified')),
    groups: texts(get(user, 'groups')),
    attribute: (name) => get(attributes, name),
    acceptedTerms: texts(get(user, 'acceptedTerms')),
    passwordChangedAt: number(get(user, 'passwordChangedAt')),
  };
}

function readNetwork(network: unknown): NetworkRead | undefined {
  const [ip, names, trusted] = [
    text(get(network, 'ip')),
    texts(get(network, 'names')),
    boolean(get(network, 'trusted')),
  ];
  if (ip === undefined && names === undefined && trusted === undefined) return undefined;
  return { ip: ip ?? null, names: names ?? null, trusted: trusted ?? null };
}

/** Evidence that is not wholly as it should be proves nothing; the rest still does. */
function readEvidence(value: unknown): Evidence | undefined {
  const [by, at, amr] = [text(get(value, 'by')), number(get(value, 'at')), texts(get(value, 'amr'))];
  const gives = readProvable(value);
  return by !== undefined && at !== undefined && amr && gives ? { by, at, amr, ...gives } : undefined;
}

function readEnrolled(value: unknown): (Provable & { by: string }) | undefined {
  const [by, gives] = [text(get(value, 'by')), readProvable(value)];
  return by !== undefined && gives ? { by, ...gives } : undefined;
}

function readProvable(value: unknown): Provable | undefined {
  const kinds = listOf((kind) => word(kind, KINDS), get(value, 'kinds'));
  const phishingResistant = boolean(get(value, 'phishingResistant'));
  return kinds && phishingResistant !== undefined ? { kinds, phishingResistant } : undefined;
}

/** A property of its own, or undefined. */
function get(of: unknown, key: string): unknown {
  try {
    const owner: Record<string, unknown> = Object(of);
    return Object.hasOwn(owner, key) ? owner[key] : undefined;
  } catch {
    // What cannot be read is not known.
  }
}

/** The items of a list; holes are undefined items. */
export function list(value: unknown): unknown[] | undefined {
  try {
    return Array.isArray(value) ? [...value] : undefined;
  } catch {
    // As above.
  }
}

/** Null is the knowledge that there is none. */
function orNull<T>(read: (value: unknown) => T | undefined, value: unknown): T | null | undefined {
  return value === null ? null : read(value);
}

/** All of them as they should be, or undefined. */
function listOf<T>(read: (item: unknown) => T | undefined, value: unknown): T[] | undefined {
  const items = list(value)?.map(read);
  return items?.every((item) => item !== undefined) ? items : undefined;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const boolean = (value: unknown): boolean | undefined => (typeof value === 'boolean' ? value : undefined);

function word<Word extends string>(value: unknown, words: readonly Word[]): Word | undefined {
  return words.find((one) => one === value);
}

/** Adding nought makes nought of minus nought, which JSON does not have. */
export function number(value: unknown): number | undefined {
  return Number.isFinite(value) ? Number(value) + 0 : undefined;
}

function texts(value: unknown): string[] | undefined {
  return listOf((item) => (typeof item === 'string' ? item : undefined), value);
}
