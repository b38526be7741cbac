import { type CanActivate, type ExecutionContext, Injectable, NotFoundException } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { isLoopback } from '../config/loopback.js';
import { AuthorizationServerOptions } from './authorization-server.options.js';

/**
 * Keeps other people's web pages away from pages that hand out tokens: the request must name this machine or the public host, so
 * that no foreign name that resolves to loopback (DNS rebinding) gets in, and must not come from another site.
 */
@Injectable()
export class DevelopmentOnlyGuard implements CanActivate {
  constructor(private readonly options: AuthorizationServerOptions) {}

  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    const hostname = URL.parse(`http://${headers.host}`)?.hostname ?? '';
    const isOurHost = isLoopback(hostname) || hostname === new URL(this.options.issuer).hostname;
    const site = headers['sec-fetch-site'];
    if (isOurHost && (site === undefined || site === 'same-origin' || site === 'none')) return true;
    throw new NotFoundException();
  }
}
