import { readDuration } from './duration.ts';
import type { Evidence, FactorKind } from './evidence.ts';
import { factorNames, type KnownProof, knownProofs } from './known-proofs.ts';
import { readMoment } from './moment.ts';
import { complain, inside, type Place, readBoolean, readList, readMap, readText, readWord } from './place.ts';
import { actions, type NetworkFacts, riskLevels, type Signals, type UserFacts } from './signals.ts';

const KEYS = [
  ...['action', 'at', 'user', 'email', 'disabled', 'groups', 'attributes', 'verified_email', 'verified_phone'],
  ...['accepted_terms', 'password_changed', 'client', 'client_tags', 'ip', 'networks', 'trusted_network', 'country'],
  ...['device_platform', 'known_device', 'method', 'identity_provider', 'sign_in_risk', 'user_risk', 'evidence'],
  ...['requested_acr', 'required_acr', 'reachable', 'enrolled'],
] as const;

/** Monday, 5 January 2026, noon UTC: when somebody types signals without saying when. */
const SOME_MOMENT = 1_767_614_400;

/**
 * Signals typed by hand, in the words of policies (docs/policies.md). What is left out is not known, except that the
 * action is `sign_in`, the user is usable, nothing was proven or asked for, and every factor is within reach.
 *
 * @param where how the map is called in problems
 * @param now seconds since the epoch, where `at` is left out
 */
export function signalsFrom(
  given: unknown,
  { where = 'given', now = SOME_MOMENT }: { where?: string; now?: number } = {},
): { ok: true; signals: Signals } | { ok: false; problems: string[] } {
  const place: Place = { path: where, problems: [], zones: new Map() };
  const signals = readSignals(place, given, now);
  return signals && place.problems.length === 0 ? { ok: true, signals } : { ok: false, problems: place.problems };
}

type Reader<T> = (place: Place, value: unknown) => T | undefined;

function readSignals(place: Place, given: unknown, now: number): Signals | undefined {
  const map = readMap(place, given, KEYS, 'signal');
  if (!map) return undefined;
  const read = <T>(key: (typeof KEYS)[number], as: Reader<T>): T | undefined =>
    map[key] === undefined ? undefined : as(inside(place, key), map[key]);
  const at = read('at', readAt) ?? now;
  const ago = (seconds: number | undefined) => (seconds === undefined ? undefined : at - seconds);
  const requiredAcr = read('required_acr', readTexts) ?? [];
  const [id, tags] = [read('client', readText), read('client_tags', readTexts)];
  const [email, method] = [read('email', readText), read('method', readText)];

  const user = known<UserFacts>({
    id: read('user', readText) ?? email ?? 'somebody',
    email,
    disabled: read('disabled', readBoolean) ?? false,
    emailVerified: read('verified_email', readBoolean),
    phoneVerified: read('verified_phone', readBoolean),
    groups: read('groups', readTexts),
    attributes: read('attributes', readAttributes),
    acceptedTerms: read('accepted_terms', readTexts),
    passwordChangedAt: ago(read('password_changed', readDuration)),
  });
  const network = known<NetworkFacts>({
    ip: read('ip', readText),
    names: read('networks', readTexts),
    trusted: read('trusted_network', readBoolean),
  });
  return known<Signals>({
    action: read('action', (one, value) => readWord(one, value, 'action', actions)) ?? 'sign_in',
    at,
    user,
    client: id === undefined && !tags ? undefined : { id: id ?? '', tags: tags ?? [] },
    network: Object.keys(network).length > 0 ? network : undefined,
    country: read('country', readText)?.toUpperCase(),
    devicePlatform: read('device_platform', readText),
    knownDevice: read('known_device', readBoolean),
    method,
    identityProvider: read('identity_provider', readText) ?? (method && method !== 'federated' ? null : undefined),
    signInRisk: read('sign_in_risk', readRisk),
    userRisk: read('user_risk', readRisk),
    evidence: read('evidence', (one, value) => readProofs(one, value, at)) ?? [],
    requestedAcr: read('requested_acr', readTexts) ?? requiredAcr,
    requiredAcr,
    reachable: read('reachable', readFactors) ?? factorNames.flatMap((name) => knownProofs[name] ?? []),
    enrolled: read('enrolled', readFactors),
  });
}

/** Without what is not known. */
function known<T extends object>(facts: { [Key in keyof T]: T[Key] | undefined }): T {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as T;
}

function readTexts(place: Place, value: unknown): string[] {
  return Array.isArray(value) && value.length === 0 ? [] : readList(place, value, readText);
}

const readRisk: Reader<(typeof riskLevels)[number]> = (place, value) => readWord(place, value, 'risk', riskLevels);

function readAt(place: Place, value: unknown): number | undefined {
  const at = typeof value === 'string' ? readMoment(value) : value;
  return typeof at === 'number' && Number.isFinite(at)
    ? at
    : complain(place, 'must be a moment such as 2026-05-29T14:30Z, or seconds since the epoch.');
}

function readAttributes(place: Place, value: unknown): UserFacts['attributes'] {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isMap ? { ...value } : complain(place, 'must be a map of attribute names to values.');
}

function readFactors(place: Place, value: unknown): KnownProof[] {
  if (Array.isArray(value) && value.length === 0) return [];
  return readList(place, value, readKnownProof);
}

function readKnownProof(place: Place, value: unknown): KnownProof | undefined {
  const name = readWord(place, value, 'proof', Object.keys(knownProofs));
  return name === undefined ? undefined : knownProofs[name];
}

function readProofs(place: Place, value: unknown, at: number): Evidence[] {
  if (Array.isArray(value) && value.length === 0) return [];
  return readList(place, value, (one, item) => readProof(one, item, at));
}

/** `totp`, or `{ by: totp, age: 20m }`. */
function readProof(place: Place, value: unknown, at: number): Evidence | undefined {
  if (typeof value === 'string') return evidenceOf(readKnownProof(place, value), at);
  const map = readMap(place, value, ['by', 'age']);
  if (!map) return undefined;
  const age = map.age === undefined ? 0 : readDuration(inside(place, 'age'), map.age);
  const proof = readKnownProof(inside(place, 'by'), map.by);
  return age === undefined ? undefined : evidenceOf(proof, at - age);
}

function evidenceOf(proof: KnownProof | undefined, at: number): Evidence | undefined {
  if (!proof) return undefined;
  const kinds: FactorKind[] = [...proof.kinds];
  return { by: proof.by, kinds, amr: [], phishingResistant: proof.phishingResistant, at };
}
