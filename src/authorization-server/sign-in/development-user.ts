import { DEVELOPMENT_SUBJECT } from '../authorization-server.options.js';
import { epochSeconds } from '../entity-adapter.js';
import type { SignedInUser } from './signed-in-user.js';

/** Whom the development sign-in lets in: somebody who may do everything. */
export function developmentUser(subject: string = DEVELOPMENT_SUBJECT): SignedInUser {
  return {
    subject,
    displayName: 'Developer',
    identityProvider: 'development',
    grantableScopes: ['*'],
    administrator: true,
    signedInAt: epochSeconds(),
  };
}
