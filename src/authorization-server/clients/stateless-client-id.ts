import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ClientIdKeys } from './client-id-keys.js';

/**
 * A client identifier that carries the registration itself, signed: `gh1.<key>.<metadata>.<signature>`. Registering stores nothing, and an
 * identifier holds for as long as its key is known.
 */
const PREFIX = 'gh1';
const MAX_METADATA_BYTES = 4_096;
const PATTERN = /^gh1\.([\w-]{4})\.([\w-]+)\.([\w-]{43})$/;

export type Registration = Readonly<Record<string, unknown>>;

/** A registration that is too large to be carried around. */
export class RegistrationTooLarge extends Error {}

/** @throws RegistrationTooLarge */
export function clientIdFor(registration: Registration, keys: ClientIdKeys): string {
  const metadata = Buffer.from(JSON.stringify(registration));
  if (metadata.length > MAX_METADATA_BYTES) throw new RegistrationTooLarge();
  const { id, key } = keys.current;
  const signed = `${PREFIX}.${id}.${metadata.toString('base64url')}`;
  return `${signed}.${signature(key, signed)}`;
}

/** What was registered under a client identifier, or undefined where it is none of ours, or was changed. */
export async function registrationOf(
  clientId: string,
  keys: ClientIdKeys,
): Promise<Registration | undefined> {
  const [, keyId, metadata, given] = PATTERN.exec(clientId) ?? [];
  if (keyId === undefined || metadata === undefined || given === undefined) return undefined;
  const key = await keys.find(keyId);
  if (!key) return undefined;
  const expected = Buffer.from(signature(key, clientId.slice(0, clientId.lastIndexOf('.'))));
  if (!timingSafeEqual(expected, Buffer.from(given))) return undefined;
  return JSON.parse(Buffer.from(metadata, 'base64url').toString()) as Registration;
}

/** The secret of a confidential client, which follows from its identifier. Undefined where that is none of ours. */
export async function clientSecretFor(clientId: string, keys: ClientIdKeys): Promise<string | undefined> {
  const keyId = PATTERN.exec(clientId)?.[1];
  const key = keyId === undefined ? undefined : await keys.find(keyId);
  return key && createHmac('sha256', key).update(`client secret ${clientId}`).digest('base64url');
}

function signature(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(`client id ${text}`).digest('base64url');
}
