import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';

export interface Certificate {
  /** PEM, as is `cert`. */
  readonly key: string;
  readonly cert: string;
}

/** A certificate for `localhost` and 127.0.0.1 that vouches for itself, for tests that need https: X.509 (RFC 5280), ECDSA with SHA-256. */
export function selfSigned(): Certificate {
  const key = newKey();
  return {
    key,
    cert: certificate({ subject: 'localhost', names: ['localhost', '127.0.0.1'], key, isAuthority: true }),
  };
}

/** A certification authority of a test. Each has a name of its own: of two that are called alike, OpenSSL tries one only. */
export class TestAuthority {
  readonly #name = `Gatehouse test CA ${randomBytes(4).toString('hex')}`;
  readonly #key = newKey();
  readonly cert = certificate({ subject: this.#name, names: [], key: this.#key, isAuthority: true });

  /** A certificate of a server for these host names and addresses. */
  issue(...names: [string, ...string[]]): Certificate {
    const key = newKey();
    const issuer = { name: this.#name, key: this.#key };
    return { key, cert: certificate({ subject: names[0], names, key, isAuthority: false, issuer }) };
  }
}

interface Contents {
  readonly subject: string;
  /** Host names and IPv4 addresses. */
  readonly names: readonly string[];
  readonly key: string;
  readonly isAuthority: boolean;
  /** Itself where left out. */
  readonly issuer?: { readonly name: string; readonly key: string };
}

function certificate({ subject, names, key, isAuthority, issuer }: Contents): string {
  const algorithm = sequence(oid('2a8648ce3d040302'));
  const alternatives = sequence(...names.map(generalName));
  const body = sequence(
    tlv(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    commonName(issuer?.name ?? subject),
    sequence(time(-3_600_000), time(86_400_000)),
    commonName(subject),
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    tlv(
      0xa3,
      sequence(
        ...(names.length > 0 ? [sequence(oid('551d11'), tlv(0x04, alternatives))] : []),
        sequence(
          oid('551d13'),
          tlv(0x01, Buffer.from([0xff])),
          tlv(0x04, sequence(...(isAuthority ? [tlv(0x01, Buffer.from([0xff]))] : []))),
        ),
      ),
    ),
  );
  const signature = sign('sha256', body, createPrivateKey(issuer?.key ?? key));
  const der = sequence(body, algorithm, tlv(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function newKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function commonName(name: string): Buffer {
  return sequence(set(sequence(oid('550403'), tlv(0x0c, Buffer.from(name)))));
}

function generalName(name: string): Buffer {
  return isIP(name) === 4
    ? tlv(0x87, Buffer.from(name.split('.').map(Number)))
    : tlv(0x82, Buffer.from(name));
}

function tlv(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...parts: Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

function set(part: Buffer): Buffer {
  return tlv(0x31, part);
}

function integer(bytes: Buffer): Buffer {
  return tlv(0x02, bytes);
}

function oid(hex: string): Buffer {
  return tlv(0x06, Buffer.from(hex, 'hex'));
}

function time(offsetMs: number): Buffer {
  const text = new Date(Date.now() + offsetMs).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return tlv(0x17, Buffer.from(text.slice(2)));
}
