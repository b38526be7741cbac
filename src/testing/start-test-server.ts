import { type DynamicModule, Module } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditSink } from '../audit/sinks/audit-sink.js';
import { ConfigurationError } from '../config/configuration-error.js';
import type { Logger } from '../logging/logger.js';
import type { ApplicationFactory } from '../roles/role-server.js';
import { type Gatehouse, startGatehouse } from '../roles/start-gatehouse.js';
import { freePorts } from './free-ports.js';
import type { TestGatehouseOptions } from './test-gatehouse-options.js';

/** Another process may take a port between the moment it was free and the moment it is opened. */
const ATTEMPTS = 5;

/** What a laptop or a busy build machine must not make a test of. */
const UNHURRIED = { RATE_LIMITS: 'false', SHED_EVENT_LOOP_DELAY_MS: '0', SHED_MAX_REQUESTS: '0' };

@Module({})
class TestedModule {}

/** Starts all roles on free ports of 127.0.0.1, with a database in memory. @throws ConfigurationError for settings that do not fit */
export async function startTestServer(
  options: TestGatehouseOptions,
  logger: Logger,
  auditSink: AuditSink,
): Promise<Gatehouse> {
  const { configuration, settings } = options;
  const folder = configuration && (await mkdtemp(join(tmpdir(), 'gatehouse-test-')));
  const file = folder && join(folder, 'gatehouse.yaml');
  // JSON is YAML.
  if (file !== undefined) await writeFile(file, JSON.stringify(configuration));
  const variables = {
    NODE_ENV: 'test',
    ...UNHURRIED,
    // Where none is given, one is kept in a file.
    GATEHOUSE_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    ...(file === undefined ? {} : { GATEHOUSE_CONFIG_FILE: file }),
    ...settings,
  };
  try {
    return await onFreePorts((ports) =>
      startGatehouse({
        variables: { ...ports, ...variables },
        logger,
        auditSink,
        inMemory: true,
        capabilities: capabilitiesOf(options),
        scopePolicies: options.scopePolicies,
        createMcpApplication: options.override && overridden(options.override),
      }),
    );
  } finally {
    if (folder !== undefined) await rm(folder, { recursive: true });
  }
}

function capabilitiesOf({ capabilities = [], imports = [], providers = [] }: TestGatehouseOptions) {
  const own: DynamicModule = { module: TestedModule, providers: [...providers] };
  return [...capabilities, ...imports, own];
}

async function onFreePorts(
  start: (ports: Record<string, string>) => Promise<Gatehouse>,
  attempts = ATTEMPTS,
): Promise<Gatehouse> {
  const [proxy, authorizationServer, mcp, management] = await freePorts(4);
  try {
    return await start({
      PUBLIC_URL: `http://127.0.0.1:${proxy}`,
      PROXY_PORT: String(proxy),
      AUTHORIZATION_SERVER_PORT: String(authorizationServer),
      MCP_PORT: String(mcp),
      MANAGEMENT_PORT: String(management),
    });
  } catch (error) {
    if (attempts > 1 && isTaken(error)) return onFreePorts(start, attempts - 1);
    throw error;
  }
}

function isTaken(error: unknown): boolean {
  return (
    error instanceof ConfigurationError && error.problems.some((problem) => problem.includes('is in use'))
  );
}

/** The application of Nest's testing module, which lets parts of it be replaced. */
function overridden(override: NonNullable<TestGatehouseOptions['override']>): ApplicationFactory {
  return async (module, adapter, options) => {
    const { Test } = await import('@nestjs/testing');
    const testing = await override(Test.createTestingModule({ imports: [module] })).compile();
    return testing.createNestApplication(adapter, options);
  };
}
