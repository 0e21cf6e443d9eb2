import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

export interface Issued {
  der: Buffer;
  pem: string;
  key: KeyObject;
}

interface CertificateOptions {
  name: string;
  issuer?: Issued & { name: string };
  ca?: boolean;
  /** AAGUID that an attestation certificate is for (WebAuthn section 8.2.1). */
  aaguid?: string;
  /** Years from now at which it ends. */
  years?: number;
  /** Its key is of RSA, 2048 bits; its issuer's is on the curve. */
  rsa?: boolean;
}

/** An X.509 certificate (RFC 5280), on P-256 as makers of authenticators put into them, or of RSA. */
export function certificate(options: CertificateOptions): Issued & { name: string } {
  const { name, issuer, ca = false, aaguid, years = 1, rsa = false } = options;
  const { privateKey, publicKey } = rsa
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const year = new Date().getUTCFullYear();
  const extensions = [
    sequence(oid('2.5.29.19'), TRUE, octets(sequence(...(ca ? [TRUE] : [])))),
    ...(aaguid === undefined
      ? []
      : [sequence(oid('1.3.6.1.4.1.45724.1.1.4'), octets(octets(Buffer.from(aaguid.replaceAll('-', ''), 'hex'))))]),
  ];
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_SHA256,
    nameOf(issuer?.name ?? name),
    sequence(time(year - 2), time(year + years)),
    nameOf(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', body, issuer?.key ?? privateKey);
  const whole = sequence(body, ECDSA_SHA256, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = whole
    .toString('base64')
    .replace(/(.{64})/g, '$1\n')
    .trim();
  return {
    der: whole,
    pem: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey,
    name,
  };
}

/** Tag, length, value (ITU-T X.690 section 8.1). */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  const size = value.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), value]);
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, ...parts);
}

function octets(value: Buffer): Buffer {
  return der(0x04, value);
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc & 127];
    for (let left = arc >> 7; left > 0; left >>= 7) groups.unshift((left & 127) | 128);
    return groups;
  });
  return der(0x06, Buffer.from(bytes));
}

function time(year: number): Buffer {
  return der(0x17, Buffer.from(`${String(year % 100).padStart(2, '0')}0101000000Z`));
}

/** As the packed format wants its leaf to be named (WebAuthn section 8.2.1). */
function nameOf(name: string): Buffer {
  const parts = { '2.5.4.6': 'SE', '2.5.4.10': 'Makers', '2.5.4.11': 'Authenticator Attestation', '2.5.4.3': name };
  return sequence(
    ...Object.entries(parts).map(([type, text]) =>
      der(0x31, sequence(oid(type), der(type === '2.5.4.6' ? 0x13 : 0x0c, Buffer.from(text)))),
    ),
  );
}

const TRUE = Buffer.from([0x01, 0x01, 0xff]);
const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));
