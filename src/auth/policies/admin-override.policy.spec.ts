import { describe, expect, it } from 'vitest';
import { verifiedToken } from '../../../test/support/engine.js';
import { heldScopes, operation } from '../../../test/support/policies.js';
import { AdminOverridePolicy } from './admin-override.policy.js';

const ADMIN = verifiedToken({ scopes: ['admin'] });

describe('the scope of administrators', () => {
  it('allows what the token has no declared scope for', () => {
    const policy = new AdminOverridePolicy(heldScopes(), 'admin');
    expect(policy.decide(ADMIN, operation())).toMatchObject({ allowed: true });
  });

  it.each([[[]], [['administrator']], [['Admin']], [['mcp:*']], [['admin:read']]])(
    'says nothing of a caller with %j',
    (scopes) => {
      const policy = new AdminOverridePolicy(heldScopes(), 'admin');
      expect(policy.decide(verifiedToken({ scopes }), operation())).toBeUndefined();
    },
  );

  it('is held to its methods where there are some', () => {
    const policy = new AdminOverridePolicy(heldScopes(), 'admin', ['resources/read']);
    expect(policy.decide(ADMIN, operation())).toBeUndefined();
    expect(policy.decide(ADMIN, operation({ method: 'resources/read' }))).toMatchObject({ allowed: true });
  });

  it('names its scope, so that it can be granted', () => {
    expect(new AdminOverridePolicy(heldScopes(), 'root').scopes()).toEqual(['root']);
  });
});
