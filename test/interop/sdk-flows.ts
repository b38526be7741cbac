import * as v2 from '@modelcontextprotocol/client';
import * as v1 from '@modelcontextprotocol/sdk/client/auth.js';
import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as V1Transport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { OAuthClientInformationMixed, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js';
import { MemoryOAuthProvider } from './memory-oauth-provider.js';

/** What the user does with an authorization URL; returns what the callback got. */
export type Visit = (url: URL, redirectUrl: string) => Promise<URLSearchParams>;

export interface SdkFlow {
  /** Where the user was sent, and what came back. */
  readonly asked: URL;
  readonly callback: URLSearchParams;
  readonly negotiated: string | undefined;
  readonly tools: number;
  /** The answer of the tool `add` to 1 and 2. */
  readonly sum: string;
  readonly resources: number;
  /** Whether a refresh gave another access token, without the user, that works. */
  readonly refreshed: boolean;
  /** The last ones. */
  readonly tokens: { access_token: string; refresh_token?: string | undefined };
}

interface AnyClient {
  listTools(): Promise<{ tools: unknown[] }>;
  callTool(call: { name: string; arguments: Record<string, unknown> }): Promise<object>;
  listResources(): Promise<{ resources: unknown[] }>;
  close(): Promise<void>;
}

/** Everything from the first 401 to a call with a refreshed token, with the official SDK v1. @throws Error where anything does not work */
export async function flowOfSdkV1(mcpUrl: string, visit: Visit): Promise<SdkFlow> {
  type Provider = MemoryOAuthProvider<OAuthClientInformationMixed, OAuthTokens, v1.OAuthDiscoveryState>;
  const provider: Provider = new MemoryOAuthProvider('SDK v1', visit);
  const prepare = () => ({
    client: new V1Client({ name: 'interop', version: '1' }),
    transport: new V1Transport(new URL(mcpUrl), { authProvider: provider }),
  });
  const first = prepare();
  await refused(first.client.connect(first.transport), v1.UnauthorizedError);
  await first.transport.finishAuth(provider.callback.get('code') ?? '');
  return use(
    provider,
    async () => {
      const { client, transport } = prepare();
      await client.connect(transport);
      return { client, negotiated: transport.protocolVersion };
    },
    () => v1.auth(provider, { serverUrl: mcpUrl }),
  );
}

/** The same with the official SDK v2, in the modern or in the legacy era. */
export async function flowOfSdkV2(mcpUrl: string, mode: 'auto' | 'legacy', visit: Visit): Promise<SdkFlow> {
  type Provider = MemoryOAuthProvider<
    v2.StoredOAuthClientInformation,
    v2.StoredOAuthTokens,
    v2.OAuthDiscoveryState
  >;
  const provider: Provider = new MemoryOAuthProvider('SDK v2', visit);
  const prepare = () => ({
    client: new v2.Client({ name: 'interop', version: '1' }, { versionNegotiation: { mode } }),
    transport: new v2.StreamableHTTPClientTransport(new URL(mcpUrl), { authProvider: provider }),
  });
  const first = prepare();
  await refused(first.client.connect(first.transport), v2.UnauthorizedError);
  await first.transport.finishAuth(provider.callback);
  return use(
    provider,
    async () => {
      const { client, transport } = prepare();
      await client.connect(transport);
      return { client, negotiated: client.getNegotiatedProtocolVersion() };
    },
    () => v2.auth(provider, { serverUrl: mcpUrl }),
  );
}

async function use(
  provider: Pick<MemoryOAuthProvider<unknown, SdkFlow['tokens'], unknown>, 'visits' | 'callback' | 'tokens'>,
  connect: () => Promise<{ client: AnyClient; negotiated: string | undefined }>,
  refresh: () => Promise<unknown>,
): Promise<SdkFlow> {
  const { client, negotiated } = await connect();
  const { tools } = await client.listTools();
  const sum = JSON.stringify(await client.callTool({ name: 'add', arguments: { numbers: [1, 2] } }));
  const { resources } = await client.listResources();
  await client.close();
  const before = provider.tokens()?.access_token;
  await refresh();
  const tokens = provider.tokens();
  const again = await connect();
  await again.client.listTools();
  await again.client.close();
  const [asked] = provider.visits;
  if (!asked || !tokens) throw new Error('nobody was asked');
  return {
    asked,
    callback: provider.callback,
    negotiated,
    tools: tools.length,
    sum,
    resources: resources.length,
    refreshed: tokens.access_token !== before && provider.visits.length === 1,
    tokens,
  };
}

async function refused(
  connecting: Promise<unknown>,
  expected: new (...args: never[]) => Error,
): Promise<void> {
  const error: unknown = await connecting.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof expected))
    throw new Error(`the first request was not refused: ${String(error)}`, { cause: error });
}
