import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { type Cbor, cbor } from './cbor.ts';

/** What a page of ours hands to `navigator.credentials`, as far as an authenticator looks at it. */
export interface CeremonyOptions {
  challenge: string;
  rp?: { id: string };
  rpId?: string;
  attestation?: string;
  user?: { id: string };
}

/** How one answer is to differ from an honest one. */
export interface Misbehaviour {
  origin?: string;
  type?: string;
  challenge?: string;
  crossOrigin?: boolean;
  /** Hashed in the place of the right one. */
  rpId?: string;
  userPresent?: boolean;
  userVerified?: boolean;
  /** Whether it can be synced, and is (WebAuthn section 6.1.3). */
  backupEligible?: boolean;
  backedUp?: boolean;
  counter?: number;
  /** base64url; `null` leaves it out. */
  userHandle?: string | null;
  /** Signs with this key instead of the credential's. */
  signer?: KeyObject;
  /** base64url, instead of a signature. */
  signature?: string;
  /** Claimed instead of the credential's own id. */
  credentialId?: string;
  /** COSE number that the new key claims. */
  alg?: number;
  /** The statement a registration comes with. */
  attestation?: Attestation;
  transports?: string[];
}

/** `packed` without certificates is signed with the new key itself (WebAuthn section 8.2). */
export interface Attestation {
  fmt: string;
  /** DER, the leaf first, and the key of the leaf. */
  x5c?: Buffer[];
  key?: KeyObject;
  /** Instead of what the format would have. */
  attStmt?: Map<string, Cbor>;
}

export interface SoftCredential {
  id: string;
  privateKey: KeyObject;
  userHandle: string;
  rpId: string;
}

export interface SoftAuthenticatorOptions {
  origin: string;
  aaguid?: string;
  /** False for a key that keeps no counter, as synced ones do. */
  counts?: boolean;
  backupEligible?: boolean;
  userVerified?: boolean;
}

/**
 * An authenticator and its browser in one: makes real registration and authentication responses (W3C Web Authentication
 * Level 3, sections 6.4 and 6.3.3) with P-256 keys, and false ones on demand. Answers are the JSON a page would post.
 */
export function createSoftAuthenticator(options: SoftAuthenticatorOptions) {
  const { origin, aaguid = '00000000-0000-0000-0000-000000000000', counts = true } = options;
  const credentials: SoftCredential[] = [];
  let counter = 0;

  function authData(rpId: string, how: Misbehaviour, attested = Buffer.alloc(0)): Buffer {
    if (counts) counter += 1;
    const eligible = how.backupEligible ?? options.backupEligible ?? false;
    const flags =
      (how.userPresent === false ? 0 : 0x01) |
      ((how.userVerified ?? options.userVerified ?? true) ? 0x04 : 0) |
      (eligible ? 0x08 : 0) |
      ((how.backedUp ?? eligible) ? 0x10 : 0) |
      (attested.length > 0 ? 0x40 : 0);
    const fixed = Buffer.alloc(5);
    fixed.writeUInt8(flags, 0);
    fixed.writeUInt32BE(how.counter ?? counter, 1);
    return Buffer.concat([sha256(how.rpId ?? rpId), fixed, attested]);
  }

  function clientData(type: string, challenge: string, how: Misbehaviour): Buffer {
    return Buffer.from(
      JSON.stringify({
        type: how.type ?? type,
        challenge: how.challenge ?? challenge,
        origin: how.origin ?? origin,
        crossOrigin: how.crossOrigin ?? false,
      }),
    );
  }

  return {
    credentials,

    /** @returns the registration response as JSON text */
    create({ challenge, rp, user }: CeremonyOptions, how: Misbehaviour = {}): string {
      const rpId = rp?.id ?? '';
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const id = randomBytes(32);
      credentials.push({ id: id.toString('base64url'), privateKey, userHandle: user?.id ?? '', rpId });
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      const model = Buffer.from(aaguid.replaceAll('-', ''), 'hex');
      const data = authData(rpId, how, Buffer.concat([model, length, id, cose(publicKey, how.alg ?? -7)]));
      const client = clientData('webauthn.create', challenge, how);
      const attStmt = statement(how.attestation ?? { fmt: 'none' }, Buffer.concat([data, sha256(client)]), privateKey);
      const attestation = new Map<string, Cbor>();
      attestation
        .set('fmt', how.attestation?.fmt ?? 'none')
        .set('attStmt', attStmt)
        .set('authData', data);
      return answer(id.toString('base64url'), {
        clientDataJSON: client.toString('base64url'),
        attestationObject: cbor(attestation).toString('base64url'),
        transports: how.transports ?? ['internal'],
      });
    },

    /** @returns the authentication response of its newest credential, or of the one named, as JSON text */
    get({ challenge, rpId = '' }: CeremonyOptions, how: Misbehaviour = {}, credential = credentials.at(-1)): string {
      if (!credential) throw new Error('nothing was registered');
      const data = authData(rpId, how);
      const client = clientData('webauthn.get', challenge, how);
      const signed = sign('sha256', Buffer.concat([data, sha256(client)]), how.signer ?? credential.privateKey);
      return answer(how.credentialId ?? credential.id, {
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: how.signature ?? signed.toString('base64url'),
        ...(how.userHandle === null ? {} : { userHandle: how.userHandle ?? credential.userHandle }),
      });
    },
  };
}

export type SoftAuthenticator = ReturnType<typeof createSoftAuthenticator>;

function answer(id: string, response: Record<string, unknown>): string {
  const clientExtensionResults = { credProps: { rk: true } };
  return JSON.stringify({ id, rawId: id, type: 'public-key', response, clientExtensionResults });
}

function sha256(what: string | Buffer): Buffer {
  return createHash('sha256').update(what).digest();
}

/** An EC2 key on P-256 (RFC 9053 section 7.1.1). */
function cose(key: KeyObject, alg: number): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const map = new Map<number, Cbor>();
  map.set(1, 2).set(3, alg).set(-1, 1);
  return cbor(map.set(-2, Buffer.from(x, 'base64url')).set(-3, Buffer.from(y, 'base64url')));
}

function statement({ fmt, x5c, key, attStmt }: Attestation, signed: Buffer, own: KeyObject): Map<string, Cbor> {
  const map = attStmt ?? new Map<string, Cbor>();
  if (attStmt || fmt === 'none') return map;
  map.set('alg', -7).set('sig', sign('sha256', signed, key ?? own));
  return x5c ? map.set('x5c', x5c) : map;
}
