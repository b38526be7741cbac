import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccessTokenStrategy } from '../../src/auth/access-token.strategy.js';
import { AuthModule } from '../../src/auth/auth.module.js';
import { AuthOptions } from '../../src/auth/auth.options.js';
import { JwtAuthGuard } from '../../src/auth/jwt-auth.guard.js';
import { ScopePolicy } from '../../src/auth/scope-policy.js';
import { FailedRequests } from '../../src/mcp/failed-requests.js';
import { McpExceptionFilter } from '../../src/mcp/mcp-exception.filter.js';
import { McpModule } from '../../src/mcp/mcp.module.js';
import { CoreModule } from '../../src/roles/core.module.js';
import { ToolsModule } from '../../src/tools/tools.module.js';
import { LIMITS, PRESENTATION } from '../support/engine.js';
import { rpcRequest } from '../support/mcp-client.js';
import { MemorySink } from '../support/memory-audit.js';

const AUTH: DynamicModule = AuthModule.forRoot({
  options: {
    resourceIdentifier: 'https://gate.example.com/mcp',
    authorizationServers: ['https://gate.example.com'],
    scopeToAskFor: (scope) => scope,
    baselineScopes: () => [],
    realm: undefined,
    errorDetails: true,
    cacheMaxEntries: 10,
    cacheMaxBytes: 100_000,
  },
  issuers: () => [],
  authorizationServerMetadata: { document: () => Promise.resolve(undefined as never) },
});

describe('An MCP server that is put together by hand', () => {
  let core: INestApplicationContext;

  beforeAll(async () => {
    core = await NestFactory.createApplicationContext(
      CoreModule.forRoot({
        variables: { NODE_ENV: 'test', LOG_LEVEL: 'silent' },
        auditSink: new MemorySink(),
      }),
      { logger: false },
    );
  });

  afterAll(() => core.close());

  async function boot(...auth: DynamicModule[]): Promise<NestFastifyApplication> {
    const mcp = McpModule.forRoot({
      description: { serverInfo: { name: 'a', title: 'A', version: '1' }, instructions: '' },
      path: '/mcp',
      maxBodyBytes: 1_000,
      limits: LIMITS,
      presentation: PRESENTATION,
      stateSecret: undefined,
      imports: auth,
    });
    const testing = await Test.createTestingModule({
      imports: [CoreModule.sharedFrom(core, 'mcp'), ...auth, mcp, ToolsModule],
    }).compile();
    const app = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), {
      bodyParser: false,
      logger: false,
    });
    app.useGlobalFilters(new McpExceptionFilter(app.get(FailedRequests)));
    return app.init();
  }

  it('boots with the auth module, and answers nobody without a token', async () => {
    const app = await boot(AUTH);
    try {
      const { headers, body } = rpcRequest('2026-07-28', 'tools/list');
      const answer = await app.inject({ method: 'POST', url: '/mcp', headers, payload: body });
      expect(answer.statusCode).toBe(401);
    } finally {
      await app.close();
    }
  });

  it('refuses to boot without the auth module: there is no open MCP endpoint', async () => {
    await expect(boot()).rejects.toThrow(/can't resolve dependencies[\s\S]*McpModule/);
  });

  it.each([AuthOptions, JwtAuthGuard, AccessTokenStrategy, ScopePolicy])(
    'refuses to boot with an auth module that keeps $name to itself',
    async (part) => {
      const auth = AUTH;
      const without = { ...auth, exports: (auth.exports ?? []).filter((exported) => exported !== part) };
      await expect(boot(without)).rejects.toThrow(part.name);
    },
  );
});
