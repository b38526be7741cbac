import type { FastifyReply, FastifyRequest } from 'fastify';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type Provider from 'oidc-provider';

/** The engine's own session of this browser; a new one where it has none. */
export function engineSession(provider: Provider, request: FastifyRequest, reply: FastifyReply) {
  return provider.Session.get({ req: request.raw, res: reply.raw } as KoaContextWithOIDC);
}
