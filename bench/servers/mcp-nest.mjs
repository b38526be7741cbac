import 'reflect-metadata';
import { Controller, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Payload } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  McpController,
  McpHttpControllerFor,
  McpStrategy,
  Resource,
  StreamableHttpTransport,
  Tool,
} from '@rekog/mcp-nest';
import {
  ANNOTATIONS as annotations,
  contentsOf,
  RESOURCES,
  SERVER_INFO,
  sum,
  toolsOf,
} from '../workload/offering.mjs';
import { toolInput } from '../workload/tool-input.mjs';
import { serve } from './serve.mjs';
import { VerifiedTokens } from './verified-tokens.mjs';

const KEEP_ALIVE_MS = 75_000;

/** MCP-Nest at its best: Fastify, JSON answers, tokens remembered. Decorators are applied by hand, as plain JavaScript has none. */
serve(async ({ tools, verification }) => {
  const verified = new VerifiedTokens(verification);
  const transport = new StreamableHttpTransport();
  const strategy = new McpStrategy({ ...SERVER_INFO, transports: [transport] });

  class TokenGuard {
    canActivate(context) {
      const request = context.switchToHttp().getRequest();
      const { scopes, clientId } = verified.authInfo(request.headers.authorization.slice('Bearer '.length));
      request.user = { scopes, clientId };
      return true;
    }
  }
  class Endpoint extends McpHttpControllerFor(transport) {}
  Controller('mcp')(Endpoint);
  UseGuards(TokenGuard)(Endpoint);

  class Application {}
  Module({ controllers: [Endpoint, offering(tools)], providers: [TokenGuard] })(Application);
  const adapter = new FastifyAdapter({ keepAliveTimeout: KEEP_ALIVE_MS });
  const app = await NestFactory.create(Application, adapter, { logger: false });
  strategy.setHttpAdapter(app.getHttpAdapter());
  app.connectMicroservice({ strategy });
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  return { mcpNest: app.getHttpServer().address().port };
});

function offering(tools) {
  class Offering {}
  for (const { name, description } of toolsOf(tools)) {
    method(
      Offering,
      name,
      (args) => ({ content: [{ type: 'text', text: sum(args) }] }),
      Tool({ name, description, annotations, parameters: toolInput() }),
    );
  }
  for (const resource of RESOURCES) {
    const { uri, name, mimeType } = resource;
    method(Offering, name, () => ({ contents: contentsOf(resource) }), Resource({ uri, name, mimeType }));
  }
  McpController()(Offering);
  return Offering;
}

function method(type, name, value, decorate) {
  const descriptor = { value, writable: true, configurable: true };
  Object.defineProperty(type.prototype, name, descriptor);
  decorate(type.prototype, name, descriptor);
  Payload()(type.prototype, name, 0);
}
