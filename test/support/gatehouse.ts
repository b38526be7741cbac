import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditLog } from '../../src/audit/audit-log.js';
import type { PolicySpec } from '../../src/auth/policies/policy-spec.js';
import { createLogger, type Logger } from '../../src/logging/logger.js';
import type { Capabilities } from '../../src/roles/mcp.role.js';
import { startGatehouse, type Gatehouse } from '../../src/roles/start-gatehouse.js';
import type { WrittenEvent } from './memory-audit.js';
import { ERAS } from './mcp-client.js';
import { databaseSettings, dropTestDatabase } from './test-database.js';
import { freePorts } from './free-port.js';

/** How the roles are spread over processes: the same suite runs over each. */
export type Deployment = 'all roles in one process' | 'one process for each role';
/** Every revision of the protocol in every deployment. */
export const DEPLOYED_ERAS = ERAS.flatMap((version) =>
  (['all roles in one process', 'one process for each role'] as const).map(
    (deployment) => [version, deployment] as const,
  ),
);

export const DEPLOYMENTS: readonly Deployment[] = ['all roles in one process', 'one process for each role'];

export interface TestGatehouse {
  /** Origins. */
  readonly proxy: string;
  readonly authorizationServer: string;
  readonly mcp: string;
  /** One for each process. */
  readonly management: readonly string[];
  readonly mcpUrl: string;
  readonly dataDirectory: string;
  /** The Gatehouse that runs each role. */
  readonly instances: readonly Gatehouse[];
  /** Everything that was logged, as text. */
  log(): string;
  /** The lines of the audit trail so far, of every process. */
  auditLines(): Promise<string[]>;
  /** Those, read. */
  audited(event?: string): Promise<WrittenEvent[]>;
  stop(): Promise<void>;
}

export interface TestOptions {
  capabilities?: Capabilities;
  scopePolicies?: readonly PolicySpec[];
  deployment?: Deployment;
  variables?: Record<string, string>;
  /** Of the public URL, such as `/gate`. */
  pathPrefix?: string;
  dataDirectory?: string;
  /** What `log()` keeps; `debug` where left out. */
  logLevel?: 'debug' | 'error';
  /** In place of the one that `log()` reads. */
  logger?: Logger;
}

/** Starts a whole Gatehouse on free ports with a folder of its own. */
export async function testGatehouse(options: TestOptions = {}): Promise<TestGatehouse> {
  const own = options.dataDirectory ?? (await mkdtemp(join(tmpdir(), 'gatehouse-')));
  const [proxyPort = 0, asPort = 0, mcpPort = 0, ...managementPorts] = await freePorts(6);
  const publicUrl = `http://127.0.0.1:${proxyPort}${options.pathPrefix ?? ''}`;
  const lines: string[] = [];
  const logger =
    options.logger ??
    createLogger(options.logLevel ?? 'debug', { write: (line: string) => void lines.push(line) });
  const variables = {
    NODE_ENV: 'test',
    PUBLIC_URL: publicUrl,
    PROXY_PORT: String(proxyPort),
    AUTHORIZATION_SERVER_PORT: String(asPort),
    AUTHORIZATION_SERVER_URL: `http://127.0.0.1:${asPort}`,
    MCP_PORT: String(mcpPort),
    MCP_SERVER_URL: `http://127.0.0.1:${mcpPort}`,
    DATA_DIR: own,
    AUDIT_SINK: 'file',
    ...(await databaseSettings(own)),
    ...options.variables,
  };
  const split = options.deployment === 'one process for each role';
  const external = options.variables?.['AUTHORIZATION'] === 'external';
  const names = external ? ['mcp', 'proxy'] : ['authorization-server', 'mcp', 'proxy'];
  const roles = split ? names : [names.toReversed().join(',')];
  const instances: Gatehouse[] = [];
  for (const [index, role] of roles.entries()) {
    const port = String(managementPorts[index]);
    instances.push(
      await startGatehouse({
        variables: { MANAGEMENT_PORT: port, ...variables, GATEHOUSE_ROLES: role },
        logger,
        capabilities: options.capabilities,
        scopePolicies: options.scopePolicies,
      }),
    );
  }
  const auditLines = async (): Promise<string[]> => {
    for (const { core } of instances) await core.get<AuditLog>(AuditLog).flush();
    return (await readFile(join(own, 'audit.jsonl'), 'utf8')).split('\n').filter((line) => line !== '');
  };
  return {
    proxy: `http://127.0.0.1:${proxyPort}`,
    authorizationServer: `http://127.0.0.1:${asPort}`,
    mcp: `http://127.0.0.1:${mcpPort}`,
    management: roles.map((_role, index) => `http://127.0.0.1:${managementPorts[index]}`),
    mcpUrl: `${publicUrl}/mcp`,
    dataDirectory: own,
    instances,
    log: () => lines.join(''),
    auditLines,
    audited: async (event) => {
      const events = (await auditLines()).map((line) => JSON.parse(line) as WrittenEvent);
      return event === undefined ? events : events.filter(({ metadata }) => metadata.event_code === event);
    },
    stop: async () => {
      for (const instance of instances.toReversed()) await instance.close();
      if (options.dataDirectory) return;
      await dropTestDatabase(own);
      await rm(own, { recursive: true, force: true });
    },
  };
}
