import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { ConfigModule, type EnvironmentVariables } from '../config/config.module.js';
import { GatehouseConfig } from '../config/gatehouse-config.js';
import { Readiness } from '../health/readiness.js';
import { LoadShedder } from '../http/load-shedder.js';
import { OriginPolicy } from '../http/origin-policy.js';
import { ScopeCatalogue } from '../oauth/scope-catalogue.js';
import { createLogger, Logger } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import { activeTrace, exemplarTraceId } from '../tracing/active-trace.js';
import { startTracing, Tracing } from '../tracing/tracing.js';
import { VERSION } from '../version.js';
import { configuredCatalogue } from './configured-scopes.js';

export interface CoreOptions {
  /** Stand in for the environment and `.env`. */
  variables?: EnvironmentVariables | undefined;
  logger?: Logger | undefined;
}

const SHARED = [
  AuditLog,
  GatehouseConfig,
  LoadShedder,
  Logger,
  Metrics,
  OriginPolicy,
  Readiness,
  ScopeCatalogue,
  Tracing,
] as const;

/** What all servers of one process share: settings, log, audit trail, metrics, traces, scopes, whose pages may call, readiness. */
@Module({})
export class CoreModule {
  static forRoot({ variables, logger }: CoreOptions): DynamicModule {
    return {
      module: CoreModule,
      imports: [ConfigModule.forRoot(variables)],
      providers: [
        {
          provide: Logger,
          inject: [GatehouseConfig],
          useFactory: ({ logLevel, tracing }: GatehouseConfig) =>
            logger ?? createLogger(logLevel, undefined, tracing && activeTrace),
        },
        {
          provide: Tracing,
          inject: [GatehouseConfig, Logger],
          useFactory: ({ tracing }: GatehouseConfig, { pino }: Logger) =>
            startTracing(
              tracing && {
                ...tracing,
                serviceVersion: VERSION,
                onError: (error) => pino.warn({ err: error }, 'spans could not be exported'),
              },
            ),
        },
        { provide: AuditLog, inject: [Logger], useFactory: (log: Logger) => new AuditLog(log) },
        {
          provide: Metrics,
          inject: [GatehouseConfig],
          useFactory: ({ tracing }: GatehouseConfig) => {
            const metrics = new Metrics();
            metrics.buildInfo.set({ version: VERSION, node_version: process.version }, 1);
            if (tracing) metrics.traceId = exemplarTraceId;
            return metrics;
          },
        },
        {
          provide: LoadShedder,
          inject: [GatehouseConfig, Metrics, Logger],
          useFactory: ({ loadLimits }: GatehouseConfig, { http }: Metrics, { pino }: Logger) =>
            new LoadShedder(loadLimits, { running: () => http.running - http.held }, (isBehind) =>
              isBehind
                ? pino.warn('the event loop is behind: new requests are turned away')
                : pino.info('the event loop has caught up: requests are taken again'),
            ),
        },
        {
          provide: OriginPolicy,
          inject: [GatehouseConfig],
          useFactory: ({ publicUrl, allowedOrigins }: GatehouseConfig) =>
            new OriginPolicy([publicUrl, ...allowedOrigins]),
        },
        Readiness,
        {
          provide: ScopeCatalogue,
          inject: [GatehouseConfig],
          useFactory: (config: GatehouseConfig) => configuredCatalogue(config),
        },
      ],
      exports: [
        AuditLog,
        LoadShedder,
        Logger,
        Metrics,
        OriginPolicy,
        Readiness,
        ScopeCatalogue,
        Tracing,
        ConfigModule,
      ],
    };
  }

  /** The same instances, for the application of one server. */
  static sharedFrom(core: INestApplicationContext): DynamicModule {
    return {
      module: CoreModule,
      global: true,
      providers: SHARED.map((token) => ({ provide: token, useValue: core.get<unknown>(token) })),
      exports: [...SHARED],
    };
  }
}
