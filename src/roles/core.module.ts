import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import type { AuditSink } from '../audit/sinks/audit-sink.js';
import { ConfigModule, type EnvironmentVariables } from '../config/config.module.js';
import { GatehouseConfig } from '../config/gatehouse-config.js';
import type { LogModule } from '../config/log-levels.js';
import { Readiness } from '../health/readiness.js';
import { LoadShedder } from '../http/load-shedder.js';
import { OriginPolicy } from '../http/origin-policy.js';
import { ScopeCatalogue } from '../oauth/scope-catalogue.js';
import { createLogger, Logger } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import { activeTrace, exemplarTraceId } from '../tracing/active-trace.js';
import { startTracing, Tracing } from '../tracing/tracing.js';
import { VERSION } from '../version.js';
import { configuredAudit } from './configured-audit.js';
import { configuredCatalogue } from './configured-scopes.js';

export interface CoreOptions {
  /** Stand in for the environment and `.env`. */
  variables?: EnvironmentVariables | undefined;
  logger?: Logger | undefined;
  /** In place of that of the settings. */
  auditSink?: AuditSink | undefined;
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
  static forRoot({ variables, logger, auditSink }: CoreOptions): DynamicModule {
    return {
      module: CoreModule,
      imports: [ConfigModule.forRoot(variables)],
      providers: [
        {
          provide: Logger,
          inject: [GatehouseConfig],
          useFactory: ({ logLevels, tracing }: GatehouseConfig) =>
            logger ?? createLogger(logLevels, undefined, tracing && activeTrace),
        },
        {
          provide: Tracing,
          inject: [GatehouseConfig, Logger],
          useFactory: ({ tracing }: GatehouseConfig, log: Logger) =>
            startTracing(
              tracing && {
                ...tracing,
                serviceVersion: VERSION,
                onError: (error) =>
                  log.of('tracing').pino.warn({ err: error }, 'spans could not be exported'),
              },
            ),
        },
        {
          provide: AuditLog,
          inject: [GatehouseConfig, Metrics, Logger],
          useFactory: (config: GatehouseConfig, metrics: Metrics, log: Logger) =>
            configuredAudit(config, { metrics, logger: log }, auditSink),
        },
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
          useFactory: ({ loadLimits }: GatehouseConfig, { http }: Metrics, log: Logger) =>
            new LoadShedder(loadLimits, { running: () => http.running - http.held }, (isBehind) =>
              isBehind
                ? log.of('http').pino.warn('the event loop is behind: new requests are turned away')
                : log.of('http').pino.info('the event loop has caught up: requests are taken again'),
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

  /** The same instances, for the application of one server, whose log lines say which it is. */
  static sharedFrom(core: INestApplicationContext, module: LogModule): DynamicModule {
    return {
      module: CoreModule,
      global: true,
      providers: SHARED.map((token) => ({
        provide: token,
        useValue: token === Logger ? core.get<Logger>(Logger).of(module) : core.get<unknown>(token),
      })),
      exports: [...SHARED],
    };
  }
}
