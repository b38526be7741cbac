import { Injectable } from '@nestjs/common';
import type Provider from 'oidc-provider';
import { Logger } from '../../logging/logger.js';
import { Metrics } from '../../metrics/metrics.js';
import { FlowFunnel } from '../flow-funnel.js';
import { oauthErrorLabel } from '../oauth-error-label.js';
import { RequestRefused } from '../request-refused.js';
import type { BodyRewriter } from '../request-rewriting.js';

/** Counts what becomes of registrations: those that the engine answers, and those that are refused before it sees them. */
@Injectable()
export class RegistrationEvents {
  constructor(
    private readonly metrics: Metrics,
    private readonly funnel: FlowFunnel,
    private readonly logger: Logger,
  ) {}

  follow(provider: Provider): void {
    provider.on('registration_create.success', () => {
      this.metrics.clientRegistrations.inc({ outcome: 'accepted' });
      this.funnel.passed('register');
    });
    provider.on('registration_create.error', (_context, { error }) => this.#refused(error));
  }

  /** The same rewriter, whose refusals are counted and logged. */
  watch(rewrite: BodyRewriter): BodyRewriter {
    return async (body) => {
      try {
        return await rewrite(body);
      } catch (error) {
        if (error instanceof RequestRefused) {
          const { error: reason, message: detail } = error;
          this.#refused(reason);
          this.logger.pino.info({ reason, detail }, 'client registration refused');
        }
        throw error;
      }
    };
  }

  #refused(error: string): void {
    this.metrics.clientRegistrations.inc({ outcome: 'refused' });
    this.funnel.failed('register', oauthErrorLabel(error));
  }
}
