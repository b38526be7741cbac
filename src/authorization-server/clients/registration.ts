import { randomBytes } from 'node:crypto';
import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { ClientIdKeys } from './client-id-keys.js';
import {
  clientIdFor,
  clientSecretFor,
  RegistrationTooLarge,
  type Registration,
} from './stateless-client-id.js';

/** Dynamic client registration (RFC 7591) that keeps nothing: for the engine, the feature's settings. */
export function registration(keys: ClientIdKeys) {
  const issued = new WeakMap<KoaContextWithOIDC, string>();
  return {
    enabled: true,
    initialAccessToken: false,
    issueRegistrationAccessToken: false,
    /** The body has been reduced to what counts before; the engine checks it after this. */
    idFactory: (context: KoaContextWithOIDC): string => {
      const clientId = issue(
        { ...(context.oidc.body as Registration), iat: now(), n: randomBytes(6).toString('base64url') },
        keys,
      );
      issued.set(context, clientId);
      return clientId;
    },
    secretFactory: async (context: KoaContextWithOIDC): Promise<string> =>
      (await clientSecretFor(issued.get(context) ?? '', keys)) ?? '',
  };
}

function issue(metadata: Registration, keys: ClientIdKeys): string {
  try {
    return clientIdFor(metadata, keys);
  } catch (error) {
    if (!(error instanceof RegistrationTooLarge)) throw error;
    throw new errors.InvalidClientMetadata(
      'the registration is too large: name fewer or shorter redirect URIs',
    );
  }
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
