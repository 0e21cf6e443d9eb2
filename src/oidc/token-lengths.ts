/**
 * Whoever introspects or revokes a token rarely says of which kind it is, and the library asks for every kind. Each of
 * these has a length of its own, so that only the store that can have the value is asked. None has fewer than 256
 * random bits (64 symbols, six bits each).
 */
const LENGTHS: Readonly<Record<string, number>> = { AccessToken: 43, RefreshToken: 44, ClientCredentials: 45 };

/** Random bits of a new value of this kind. */
export function opaqueBits(kind: string): number {
  return (LENGTHS[kind] ?? 43) * 6;
}

/** False when no value of this kind looks like that. */
export function mayBe(kind: string, value: string): boolean {
  const length = LENGTHS[kind];
  return length === undefined || value.length === length;
}
