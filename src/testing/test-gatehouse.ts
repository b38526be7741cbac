import type { Abstract, Type } from '@nestjs/common';
import { SigningKeys } from '../authorization-server/keys/signing-keys.js';
import { MCP_PATH } from '../config/gatehouse-config.js';
import { AuditLog } from '../audit/audit-log.js';
import { CapabilityRegistry } from '../mcp/capability-registry.js';
import { ScopeCatalogue } from '../oauth/scope-catalogue.js';
import type { Gatehouse } from '../roles/start-gatehouse.js';
import { type AuditedEvent, CapturedAudit } from './captured-audit.js';
import { CapturedLog } from './captured-log.js';
import {
  type CallOptions,
  type Completed,
  type PromptGetResult,
  type ResourceReadResult,
  TestClient,
  type TestClientOptions,
  type ToolCallResult,
} from './client/test-client.js';
import { startTestServer } from './start-test-server.js';
import type { TestGatehouseOptions } from './test-gatehouse-options.js';
import {
  type AuthorizationOptions,
  authorizedTokens,
  type AuthorizedTokens,
} from './tokens/authorized-tokens.js';
import type { MintOptions } from './tokens/mint-options.js';
import { TokenMint } from './tokens/token-mint.js';

/** Who calls: by a token, or by what a token is to be minted from. Nothing at all: somebody with every scope that is declared. */
export interface Caller extends MintOptions {
  readonly token?: string;
}

/** How a client is made. */
export type ClientOptions = Caller & Omit<TestClientOptions, 'url' | 'token' | 'mirrored'>;

type Shortcut = ClientOptions & CallOptions;

/** A whole Gatehouse in this process, for tests: proxy, authorization server and MCP server. Close it, or declare it with `await using`. */
export class TestGatehouse implements AsyncDisposable {
  /** The public origin; also the issuer of the tokens. */
  readonly url: string;
  /** Where MCP clients connect; also the audience of the tokens. */
  readonly mcpUrl: string;
  readonly #mint: TokenMint;

  private constructor(
    readonly gatehouse: Gatehouse,
    /** Everything that the servers logged. */
    readonly log: CapturedLog,
    private readonly trail: CapturedAudit,
  ) {
    this.url = gatehouse.config.publicUrl;
    this.mcpUrl = `${this.url}${MCP_PATH}`;
    const keys = gatehouse.applications['authorization-server']?.get(SigningKeys);
    if (!keys) throw new Error('a test needs the role authorization-server: leave GATEHOUSE_ROLES out');
    this.#mint = new TokenMint(
      {
        currentKey: () => keys.currentKey(),
        get publicJwks() {
          return keys.publicJwks;
        },
      },
      () => ({ issuer: this.url, audience: this.mcpUrl, scopes: this.get(ScopeCatalogue).names() }),
    );
  }

  /** @throws whatever stops the boot: a bad setting, a tool that cannot be offered, a dependency that Nest cannot resolve */
  static async start(options: TestGatehouseOptions = {}): Promise<TestGatehouse> {
    const log = new CapturedLog(options.logLevel);
    const trail = new CapturedAudit();
    const gatehouse = await startTestServer(options, log.logger, trail);
    try {
      return new TestGatehouse(gatehouse, log, trail);
    } catch (error) {
      await gatehouse.close();
      throw error;
    }
  }

  /** What the server offers. */
  get registry(): CapabilityRegistry {
    return this.get(CapabilityRegistry);
  }

  /** A provider of the MCP server, wherever it was declared. @throws Error where there is none */
  get<Provider>(token: Type<Provider> | Abstract<Provider> | string | symbol): Provider {
    const application = this.gatehouse.applications.mcp;
    if (!application) throw new Error('a test needs the role mcp: leave GATEHOUSE_ROLES out');
    return application.get<Provider>(token, { strict: false });
  }

  /** What the audit trail has so far of one kind of event, such as `mcp.operation`. */
  async audited(eventCode: string): Promise<AuditedEvent[]> {
    await this.get(AuditLog).flush();
    return this.trail.of(eventCode);
  }

  /** Signs an access token at once, good or bad in whatever way is asked for. */
  mintToken(options: MintOptions = {}): Promise<string> {
    return this.#mint.mint(options);
  }

  /**
   * Gets a token as clients do: authorization request, consent, code, PKCE, token request.
   * @throws Error that says what the authorization server answered
   */
  authorize(options: AuthorizationOptions = {}): Promise<AuthorizedTokens> {
    return authorizedTokens(this.url, options);
  }

  /** A client that stays: for several calls, for a session, for changes. @throws McpTestError where it is not let in */
  async client({
    token,
    version,
    answers,
    capabilities,
    logLevel,
    ...mint
  }: ClientOptions = {}): Promise<TestClient> {
    return TestClient.connect({
      url: this.mcpUrl,
      token: token ?? (await this.mintToken(mint)),
      version,
      answers,
      capabilities,
      logLevel,
      mirrored: (tool) => this.registry.tools.get(tool)?.mirrored ?? [],
    });
  }

  /** @throws McpTestError where the server refuses; a tool that fails answers with `isError` */
  callTool(name: string, args: object = {}, options: Shortcut = {}): Promise<ToolCallResult> {
    return this.#once(options, (client) => client.callTool(name, args, options));
  }

  /** @throws McpTestError where the server refuses */
  readResource(uri: string, options: Shortcut = {}): Promise<ResourceReadResult> {
    return this.#once(options, (client) => client.readResource(uri, options));
  }

  /** @throws McpTestError where the server refuses */
  getPrompt(
    name: string,
    args: Readonly<Record<string, string>> = {},
    options: Shortcut = {},
  ): Promise<PromptGetResult> {
    return this.#once(options, (client) => client.getPrompt(name, args, options));
  }

  /** Suggestions for a value that was begun. @throws McpTestError where the server refuses */
  complete(
    what: Completed,
    argument: string,
    value: string,
    options: ClientOptions = {},
  ): Promise<readonly string[]> {
    return this.#once(options, (client) => client.complete(what, argument, value));
  }

  listTools(options: ClientOptions = {}): ReturnType<TestClient['listTools']> {
    return this.#once(options, (client) => client.listTools());
  }

  listPrompts(options: ClientOptions = {}): ReturnType<TestClient['listPrompts']> {
    return this.#once(options, (client) => client.listPrompts());
  }

  listResources(options: ClientOptions = {}): ReturnType<TestClient['listResources']> {
    return this.#once(options, (client) => client.listResources());
  }

  listResourceTemplates(options: ClientOptions = {}): ReturnType<TestClient['listResourceTemplates']> {
    return this.#once(options, (client) => client.listResourceTemplates());
  }

  /** Any method, such as one of `@McpMethod`; its result as it came. @throws McpTestError where the server refuses */
  request(
    method: string,
    params: Record<string, unknown> = {},
    options: Shortcut = {},
  ): Promise<Record<string, unknown>> {
    return this.#once(options, (client) => client.request(method, params, options));
  }

  close(): Promise<void> {
    return this.gatehouse.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #once<Result>(options: ClientOptions, use: (client: TestClient) => Promise<Result>): Promise<Result> {
    await using client = await this.client(options);
    return await use(client);
  }
}

/**
 * Starts a whole Gatehouse for tests, on free ports of 127.0.0.1 and with a database in memory.
 * @throws whatever stops the boot: a bad setting, a tool that cannot be offered, a dependency that Nest cannot resolve
 */
export function createTestGatehouse(options: TestGatehouseOptions = {}): Promise<TestGatehouse> {
  return TestGatehouse.start(options);
}
