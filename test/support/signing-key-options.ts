import type { SigningKeyOptions } from '../../src/authorization-server/keys/signing-keys.js';

/** As an authorization server has them by default. */
export const SIGNING_KEY_OPTIONS: SigningKeyOptions = {
  algorithm: 'ES256',
  rotationSeconds: 90 * 86_400,
  tokenLifetimeSeconds: 3_600,
};
