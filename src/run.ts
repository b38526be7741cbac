import 'reflect-metadata';
import { AuditLog } from './audit/audit-log.js';
import { banner } from './banner.js';
import { ConfigurationError } from './config/configuration-error.js';
import { Logger } from './logging/logger.js';
import { startGatehouse, type Gatehouse } from './roles/start-gatehouse.js';

/** For what the audit trail has not written yet, when the time for the stop is over. */
const LAST_WRITE_MS = 250;

try {
  const gatehouse = await startGatehouse();
  announce(gatehouse);
  outliveStrayRejections(gatehouse);
  stopOnSignals(gatehouse);
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  for (const problem of error.problems) process.stderr.write(`gatehouse: ${problem}\n`);
  process.exitCode = 1;
}

function announce({ config, core }: Gatehouse): void {
  if (process.stdout.isTTY) {
    process.stdout.write(banner(config));
    return;
  }
  const { publicUrl, roles, ports, signInMode } = config;
  core
    .get<Logger>(Logger)
    .pino.info({ publicUrl, roles: [...roles], ports, signInMode }, 'gatehouse is ready');
}

/** A promise that a tool forgot to await must not end the gate for everybody. It is logged as the mistake that it is. */
function outliveStrayRejections({ core }: Gatehouse): void {
  const { pino } = core.get<Logger>(Logger);
  process.on('unhandledRejection', (error) =>
    pino.error({ err: error }, 'a promise was rejected that nobody waits for'),
  );
}

function stopOnSignals(gatehouse: Gatehouse): void {
  const { config, core } = gatehouse;
  const { pino } = core.get<Logger>(Logger);
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    stopping = true;
    pino.info({ signal }, 'gatehouse is stopping');
    setTimeout(() => {
      pino.warn('requests were still running at the shutdown deadline');
      void core
        .get<AuditLog>(AuditLog)
        .close(LAST_WRITE_MS)
        .finally(() => process.exit(1));
    }, config.shutdown.timeoutSeconds * 1000).unref();
    gatehouse.close().then(
      () => pino.info('gatehouse has stopped'),
      (error: unknown) => {
        pino.error({ err: error }, 'gatehouse did not stop cleanly');
        process.exitCode = 1;
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
