import { createPrivateKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

/** A certificate with its key, both PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority. */
export function createAuthority(name: string): Certificate {
  return issue(name, [extension(BASIC_CONSTRAINTS, der(SEQUENCE, der(BOOLEAN, [0xff])))]);
}

/** A server certificate for 127.0.0.1, valid now. */
export function createServerCertificate(authority: Certificate, authorityName: string): Certificate {
  const address = der(IP_ADDRESS, [127, 0, 0, 1]);
  const alternativeNames = extension(SUBJECT_ALT_NAME, der(SEQUENCE, address));
  return issue('server', [alternativeNames], authorityName, createPrivateKey(authority.key));
}

// Tags of DER (ITU-T X.690), and of the choices of X.509 (RFC 5280, section 4.1).
const [BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, OID, UTF8_STRING] = [0x01, 0x02, 0x03, 0x04, 0x06, 0x0c];
const [UTC_TIME, SEQUENCE, SET, VERSION, EXTENSIONS, IP_ADDRESS] = [0x17, 0x30, 0x31, 0xa0, 0xa3, 0x87];

// Object identifiers in DER.
const COMMON_NAME = [0x55, 0x04, 0x03];
const SUBJECT_ALT_NAME = [0x55, 0x1d, 0x11];
const BASIC_CONSTRAINTS = [0x55, 0x1d, 0x13];
const ECDSA_WITH_SHA256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];

const DAY_MS = 86_400_000;

let serial = 0;

/** Self-signed without an issuer. */
function issue(name: string, extensions: Buffer[], issuer = name, issuerKey?: KeyObject): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = der(SEQUENCE, der(OID, ECDSA_WITH_SHA256));
  const body = der(
    SEQUENCE,
    der(VERSION, der(INTEGER, [2])),
    der(INTEGER, [++serial]),
    algorithm,
    commonName(issuer),
    der(SEQUENCE, time(Date.now() - DAY_MS), time(Date.now() + DAY_MS)),
    commonName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(EXTENSIONS, der(SEQUENCE, ...extensions)),
  );
  const signature = sign('sha256', body, issuerKey ?? privateKey);
  const base64 = der(SEQUENCE, body, algorithm, der(BIT_STRING, [0], signature)).toString('base64');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function der(tag: number, ...contents: (Uint8Array | readonly number[])[]): Buffer {
  const value = Buffer.concat(contents.map((content) => Uint8Array.from(content)));
  const { length } = value;
  const lengthBytes =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Uint8Array.from([tag, ...lengthBytes]), value]);
}

function commonName(name: string): Buffer {
  return der(SEQUENCE, der(SET, der(SEQUENCE, der(OID, COMMON_NAME), der(UTF8_STRING, Buffer.from(name)))));
}

/** A critical extension. */
function extension(id: readonly number[], value: Buffer): Buffer {
  return der(SEQUENCE, der(OID, id), der(BOOLEAN, [0xff]), der(OCTET_STRING, value));
}

/** For example `251121163400Z`. */
function time(ms: number): Buffer {
  return der(UTC_TIME, Buffer.from(new Date(ms).toISOString().replace(/^..|[-:T]|\.\d+/g, '')));
}
