import { Injectable } from '@nestjs/common';
import type Provider from 'oidc-provider';
import { AuditLog } from '../../audit/audit-log.js';
import { Metrics } from '../../metrics/metrics.js';
import type { Redemption } from './refresh-token-adapter.js';

/** Counts what becomes of refresh tokens, and writes the reuse of one to the audit trail: it may be the trace of a theft. */
@Injectable()
export class RefreshTokenEvents {
  constructor(
    private readonly metrics: Metrics,
    private readonly audit: AuditLog,
  ) {}

  readonly redeemed = (outcome: Redemption): void => {
    this.metrics.refreshTokens.inc({ outcome });
  };

  follow(provider: Provider): void {
    provider.on('grant.error', (context, error) => {
      if (context.oidc.params?.['grant_type'] !== 'refresh_token') return;
      const reused = error.error_detail === 'refresh token already used';
      this.metrics.refreshTokens.inc({ outcome: reused ? 'reused' : 'refused' });
      if (!reused) return;
      const { RefreshToken: token } = context.oidc.entities;
      this.audit.record({
        event: 'refresh_token.reused',
        outcome: 'refused',
        subject: token?.accountId,
        clientId: token?.clientId,
        grantId: token?.grantId,
        reason: 'family_revoked',
        request: context.req,
        detail: { rotations: token?.rotations },
      });
    });
  }
}
