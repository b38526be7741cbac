import { createRequire } from 'node:module';
import { AuthModule } from '../../dist/auth/auth.module.js';
import { JwtAuthGuard } from '../../dist/auth/jwt-auth.guard.js';
import { localKeySource } from '../../dist/auth/keys/jwks-key-source.js';
import { strictIssuer } from '../../dist/config/trusted-issuer.js';
import { Logger } from '../../dist/logging/logger.js';
import { Metrics } from '../../dist/metrics/metrics.js';
import { AUDIENCE, ISSUER } from './tokens.mjs';

// Nest of the product, not of the peers: a guard is known by its classes.
const { NestFactory } = createRequire(new URL('../../package.json', import.meta.url))('@nestjs/core');

/** The guard as Nest calls it before each request, with an `Authorization` header: answers or resolves, or rejects with why the token was refused. */
export async function createGuard({ jwks, cacheMaxEntries }) {
  const core = {
    module: class Core {},
    global: true,
    providers: [
      { provide: Metrics, useFactory: () => new Metrics({ processMetrics: false }) },
      { provide: Logger, useValue: undefined },
    ],
    exports: [Metrics, Logger],
  };
  const issuer = strictIssuer(
    { id: 'own', issuer: ISSUER, own: true, source: { kind: 'own' }, audience: AUDIENCE },
    { resourceIdentifier: AUDIENCE, clockSkewSeconds: 60, cacheTtlSeconds: 300 },
  );
  const auth = AuthModule.forRoot({
    options: {
      resourceIdentifier: AUDIENCE,
      authorizationServers: [ISSUER],
      cacheMaxEntries,
      cacheMaxBytes: 64 * 1024 * 1024,
    },
    issuers: () => [{ issuer, keys: localKeySource(() => jwks) }],
    authorizationServerMetadata: { document: () => undefined },
  });
  const application = await NestFactory.createApplicationContext(
    { module: class Root {}, imports: [core, auth] },
    { logger: false },
  );
  const guard = application.get(JwtAuthGuard);
  return (authorization) => guard.canActivate(contextOf({ headers: { authorization } }));
}

/** As much of Nest's ExecutionContext as a guard asks for. */
function contextOf(request) {
  const http = { getRequest: () => request, getResponse: () => ({}) };
  return { switchToHttp: () => http };
}
