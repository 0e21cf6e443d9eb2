import { X509Certificate } from 'node:crypto';
import type { Clock } from '../base/index.ts';

/**
 * The same registration without its attestation statement: one that nobody asked for is not looked at (WebAuthn
 * section 7.1 lets a relying party treat it as none).
 *
 * @param attestationObject base64url
 */
export async function withoutStatement(attestationObject: string): Promise<string> {
  const { decodeAttestationObject, isoBase64URL, isoCBOR } = await import('@simplewebauthn/server/helpers');
  const authData = decodeAttestationObject(isoBase64URL.toBuffer(attestationObject)).get('authData');
  const bare = new Map<string, Parameters<typeof isoCBOR.encode>[0]>();
  bare.set('fmt', 'none').set('attStmt', new Map()).set('authData', authData);
  return isoBase64URL.fromBuffer(isoCBOR.encode(bare));
}

/**
 * Whether a maker vouches for it: its certificates lead to one of these roots. A statement that an authenticator signed
 * with the new key itself says nothing about what made it.
 *
 * @param attestationObject one whose signature was verified
 * @param roots PEM
 */
export async function isVouchedFor(
  attestationObject: Uint8Array,
  roots: readonly string[],
  clock: Clock,
): Promise<boolean> {
  const { decodeAttestationObject } = await import('@simplewebauthn/server/helpers');
  const bytes = Uint8Array.from(attestationObject);
  const x5c = decodeAttestationObject(bytes).get('attStmt').get('x5c') ?? [];
  const chain = x5c.map((der) => new X509Certificate(der));
  const last = chain.at(-1);
  if (!last || !chain.every((one) => isValidAt(one, clock()))) return false;
  const linked = chain.every((one, index) => {
    const issuer = chain[index + 1];
    return !issuer || (issuer.ca && isIssuedBy(one, issuer));
  });
  return linked && roots.some((pem) => isRootOf(new X509Certificate(pem), last));
}

function isRootOf(root: X509Certificate, last: X509Certificate): boolean {
  return root.raw.equals(last.raw) || isIssuedBy(last, root);
}

function isIssuedBy(one: X509Certificate, issuer: X509Certificate): boolean {
  return one.checkIssued(issuer) && one.verify(issuer.publicKey);
}

/** @param at milliseconds since the epoch */
function isValidAt({ validFromDate, validToDate }: X509Certificate, at: number): boolean {
  return validFromDate.getTime() <= at && at <= validToDate.getTime();
}
