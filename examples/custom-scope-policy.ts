import { Inject, Injectable } from '@nestjs/common';
import { ALLOWED, HeldScopes, ScopePolicy } from 'gatehouse';
import type { Operation, PolicyAnswer, VerifiedToken } from 'gatehouse';

@Injectable()
export class CustomScopePolicy extends ScopePolicy {
  @Inject(HeldScopes) private readonly held!: HeldScopes;

  override decide(token: VerifiedToken, { method, target }: Operation): PolicyAnswer {
    if (method === 'resources/read' && this.held.covers(token, 'admin')) return ALLOWED;
    if (method !== 'tools/call' || target === undefined) return undefined;
    const scope = `mcp:tools:${target}`;
    return this.held.covers(token, scope) ? ALLOWED : { allowed: false, requiredScopes: [scope] };
  }
}
