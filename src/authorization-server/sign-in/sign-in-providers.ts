import type { Provider } from '@nestjs/common';
import type { Database } from '../../storage/schema.js';
import type { AuthorizationServerOptions } from '../authorization-server.options.js';
import { SignInOptions } from './sign-in.options.js';
import { SignInSessions } from './sign-in-sessions.js';
import { StoredSignInSessions } from './stored-sign-in-sessions.js';

/** What signs users in. */
export function signInProviders(
  signIn: SignInOptions,
  { issuer }: AuthorizationServerOptions,
  database: Database,
): Provider[] {
  return [
    { provide: SignInOptions, useValue: signIn },
    {
      provide: StoredSignInSessions,
      useFactory: () =>
        new StoredSignInSessions(database, {
          issuer,
          lifetimeSeconds: signIn.sessionSeconds,
        }),
    },
    { provide: SignInSessions, useExisting: StoredSignInSessions },
  ];
}
