import { Controller, Get } from '@nestjs/common';
import {
  HealthCheck,
  HealthCheckService,
  HealthIndicatorService,
  type HealthCheckResult,
  type HealthIndicatorFunction,
} from '@nestjs/terminus';
import { Readiness, type ReadinessCheck } from './readiness.js';

const CHECK_TIMEOUT_MS = 2_000;

/** Probes for a kubelet, on the management port. Liveness looks at this process only: a database that is down must not restart it. */
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly readiness: Readiness,
  ) {}

  @Get('live')
  @HealthCheck()
  live(): Promise<HealthCheckResult> {
    return this.health.check([]);
  }

  @Get('ready')
  @HealthCheck()
  ready(): Promise<HealthCheckResult> {
    const { checks, started, stopping } = this.readiness;
    const reason = stopping ? 'shutting down' : this.#starting;
    const accepting: HealthIndicatorFunction = () => {
      const indicator = this.indicators.check('accepting');
      return started && !stopping ? indicator.up() : indicator.down(reason);
    };
    return this.health.check([
      accepting,
      ...[...checks].map(([name, check]) => this.#indicator(name, check)),
    ]);
  }

  @Get('startup')
  @HealthCheck()
  startup(): Promise<HealthCheckResult> {
    const indicator = this.indicators.check('startup');
    return this.health.check([
      () => (this.readiness.started ? indicator.up() : indicator.down(this.#starting)),
    ]);
  }

  get #starting(): string {
    const { waitingFor } = this.readiness;
    return waitingFor === undefined ? 'starting' : `waiting for ${waitingFor}`;
  }

  #indicator(name: string, check: ReadinessCheck): HealthIndicatorFunction {
    return async () => {
      const indicator = this.indicators.check(name);
      try {
        await Promise.race([check(), timeout()]);
        return indicator.up();
      } catch {
        return indicator.down('not available');
      }
    };
  }
}

function timeout(): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error('timed out')), CHECK_TIMEOUT_MS).unref();
  });
}
