import { Injectable } from '@nestjs/common';
import type Provider from 'oidc-provider';
import { Logger } from '../../logging/logger.js';
import { Metrics } from '../../metrics/metrics.js';
import { RequestRefused } from '../request-refused.js';
import type { BodyRewriter } from '../request-rewriting.js';

/** Counts what becomes of registrations: those that the engine answers, and those that are refused before it sees them. */
@Injectable()
export class RegistrationEvents {
  constructor(
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {}

  follow(provider: Provider): void {
    provider.on('registration_create.success', () => this.#count('accepted'));
    provider.on('registration_create.error', () => this.#count('refused'));
  }

  /** The same rewriter, whose refusals are counted and logged. */
  watch(rewrite: BodyRewriter): BodyRewriter {
    return async (body) => {
      try {
        return await rewrite(body);
      } catch (error) {
        if (error instanceof RequestRefused) {
          this.#count('refused');
          const { error: reason, message: detail } = error;
          this.logger.pino.info({ reason, detail }, 'client registration refused');
        }
        throw error;
      }
    };
  }

  #count(outcome: 'accepted' | 'refused'): void {
    this.metrics.clientRegistrations.inc({ outcome });
  }
}
