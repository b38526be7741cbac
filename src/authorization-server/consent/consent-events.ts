import { Injectable } from '@nestjs/common';
import type Provider from 'oidc-provider';
import { AuditLog } from '../../audit/audit-log.js';
import { Logger } from '../../logging/logger.js';
import { Metrics } from '../../metrics/metrics.js';
import { parseScope } from '../../oauth/scopes.js';
import { Database } from '../../storage/schema.js';
import { noteUse } from './consents.js';
import { redirectHostIn } from './remembered-consent.js';

/** Notes what becomes of consents: answered from memory, and used. */
@Injectable()
export class ConsentEvents {
  constructor(
    private readonly database: Database,
    private readonly metrics: Metrics,
    private readonly audit: AuditLog,
    private readonly logger: Logger,
  ) {}

  follow(provider: Provider): void {
    provider.on('authorization.accepted', ({ oidc, req }) => {
      if (oidc.result?.consent || !oidc.params) return;
      this.metrics.consentDecisions.inc({ decision: 'remembered' });
      this.audit.record({
        event: 'consent.remembered',
        outcome: 'success',
        subject: oidc.session?.accountId,
        clientId: oidc.client?.clientId,
        grantId: oidc.entities.Grant?.jti,
        scopes: parseScope(oidc.params['scope'] as string | undefined),
        request: req,
        detail: { redirectHost: redirectHostIn(oidc.params) },
      });
    });
    provider.on('grant.success', ({ oidc }) => {
      const grantId = oidc.entities.Grant?.jti;
      if (grantId === undefined) return;
      noteUse(this.database, grantId).catch((error: unknown) => {
        this.logger.pino.warn({ err: error }, 'the use of a grant could not be noted');
      });
    });
  }
}
