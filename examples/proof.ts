/** Ways to prove that it is you, by their names in `amr` (RFC 8176 section 2). */
const WAYS: Readonly<Record<string, string>> = {
  pwd: 'your password',
  otp: 'a one-time code',
  sms: 'your phone',
  hwk: 'a security key',
  swk: 'a passkey',
};

const CLASSES: Readonly<Record<string, string>> = {
  aal1: 'one kind of proof',
  aal2: 'two kinds of proof',
  phr: 'two kinds of proof that no other site could have passed on',
};

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** @param age in seconds */
function ago(age: number): string {
  const [unit, seconds] = UNITS.find(([, least]) => age >= least) ?? [];
  if (unit === undefined) return 'just now';
  return new Intl.RelativeTimeFormat('en').format(-Math.floor(age / seconds), unit);
}

/**
 * How and when somebody proved that it is them, in words for them.
 *
 * @param claims of the ID token: `amr`, `acr`, `auth_time` (OpenID Connect Core section 2)
 * @param now seconds since the epoch
 * @returns undefined when the token does not say
 */
export function proofInWords({ amr, acr, auth_time }: Readonly<Record<string, unknown>>, now: number) {
  const ways = (Array.isArray(amr) ? amr : []).flatMap((way) => WAYS[String(way)] ?? []);
  if (ways.length === 0) return undefined;
  const list = new Intl.ListFormat('en').format(ways);
  const when = typeof auth_time === 'number' ? `, ${ago(now - auth_time)}` : '';
  const strength = CLASSES[String(acr)];
  return `With ${list}${when}.${strength === undefined ? '' : ` That is ${strength}.`}`;
}
