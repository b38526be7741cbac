import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildProgram, type Program, run } from '../support/built-program.js';
import { freePorts } from '../support/free-port.js';
import { TestIdentityProvider, UPSTREAM_CLIENT } from '../support/identity-provider.js';
import { databaseSettings } from '../support/test-database.js';
import { startTraceCollector, type TraceCollector } from '../support/trace-collector.js';
import { entryFor } from '../support/upstream-sign-in.js';
import type { Pod } from './scrape-configuration.js';

export interface Deployment {
  readonly proxy: string;
  readonly mcpUrl: string;
  readonly dataDirectory: string;
  readonly idp: TestIdentityProvider;
  readonly collector: TraceCollector;
  readonly pods: readonly Pod[];
  stop(): Promise<void>;
}

const ROLES = [
  ['authorization-server', 'authorization-server'],
  ['mcp', 'mcp'],
  ['proxy', 'proxy'],
] as const;

/** The built program, each role in a process of its own, with an identity provider and a collector of traces. */
export async function startDeployment(): Promise<Deployment> {
  buildProgram();
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-prometheus-'));
  const idp = await TestIdentityProvider.start({
    users: [
      { sub: 'ada', groups: ['engineers', 'readers'] },
      { sub: 'grace', groups: ['readers'] },
    ],
  });
  const collector = await startTraceCollector();
  const file = join(folder, 'gatehouse.yaml');
  await writeFile(
    file,
    JSON.stringify({ identityProviders: [entryFor(idp, { defaultScopes: ['mcp:prompts:*'] })] }),
  );
  const [proxy = 0, authorizationServer = 0, mcp = 0, ...management] = await freePorts(6);
  const variables = {
    PUBLIC_URL: `http://127.0.0.1:${proxy}`,
    PROXY_PORT: String(proxy),
    AUTHORIZATION_SERVER_PORT: String(authorizationServer),
    AUTHORIZATION_SERVER_URL: `http://127.0.0.1:${authorizationServer}`,
    MCP_PORT: String(mcp),
    MCP_SERVER_URL: `http://127.0.0.1:${mcp}`,
    DATA_DIR: folder,
    SIGN_IN_MODE: 'openid',
    GATEHOUSE_CONFIG_FILE: file,
    CORP_SECRET: UPSTREAM_CLIENT.clientSecret,
    REFRESH_TOKEN_GRACE_SECONDS: '0',
    JWKS_CACHE_TTL_SECONDS: '10',
    MCP_MAX_STREAMS: '1',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    ...(await databaseSettings(folder)),
  };
  const programs: Program[] = [];
  const stop = async (): Promise<void> => {
    for (const program of programs.toReversed()) {
      program.process.kill('SIGTERM');
      await program.exited;
    }
    await idp.down();
    await collector.stop();
    await rm(folder, { recursive: true, force: true });
  };
  const pods: Pod[] = [];
  try {
    for (const [index, [role, component]] of ROLES.entries()) {
      const port = String(management[index]);
      const program = run('main.js', { ...variables, GATEHOUSE_ROLES: role, MANAGEMENT_PORT: port });
      programs.push(program);
      await program.says('gatehouse is ready');
      pods.push({ name: `gatehouse-${role}-0`, component, address: `127.0.0.1:${port}` });
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const origin = variables.PUBLIC_URL;
  return { proxy: origin, mcpUrl: `${origin}/mcp`, dataDirectory: folder, idp, collector, pods, stop };
}
