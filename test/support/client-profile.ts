import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createPkcePair } from '../../src/oauth/pkce.js';
import { assertingClient, type AssertingClient } from './client-assertion.js';
import type { DocumentHost } from './document-host.js';
import type { TestGatehouse } from './gatehouse.js';
import { rpc } from './mcp-client.js';
import { authorize, callbackParameters, type TokenResponse } from './oauth-flow.js';

/**
 * One way in which a client of the real world signs in, as it does. `{mcp}` stands for the resource identifier of the MCP server,
 * `{challenge}` for the scopes that its 401 names, `{offered}` for `scopes_supported` of the authorization server.
 * A `state` has the form that the client gives it.
 */
export interface Way {
  readonly client: string;
  readonly name: string;
  /** Public addresses that say so. */
  readonly source: readonly string[];
  /** Members of the registration or the document that none of them shows; what is usual stands there. */
  readonly assumed?: readonly string[];
  /** The body of its registration (RFC 7591), or … */
  readonly registration?: Readonly<Record<string, unknown>>;
  /** … the document that its `client_id` is the address of. */
  readonly document?: Readonly<Record<string, unknown>>;
  readonly authorization: Readonly<Record<string, string>>;
}

const FOLDER = join(import.meta.dirname, '../fixtures/client-profiles');

export function clientProfiles(): Way[] {
  return readdirSync(FOLDER).flatMap((file) => {
    const { client, ways } = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as {
      client: string;
      ways: Omit<Way, 'client'>[];
    };
    return ways.map((way) => ({ client, ...way }));
  });
}

/** A client of a profile that this server knows now. */
export interface KnownClient {
  readonly way: Way;
  readonly clientId: string;
  /** What the server said of it, where it registered. */
  readonly registered: Readonly<Record<string, unknown>>;
  /** What it sends to the token endpoint to say who it is, as parameters or as headers. */
  authentication(): Promise<{ parameters: Record<string, string>; headers: Record<string, string> }>;
}

export interface Authorized {
  readonly response: Response;
  readonly callback: URLSearchParams;
  readonly codeVerifier: string;
  readonly sent: Readonly<Record<string, string>>;
}

/** Does what the clients of the profiles do, against one Gatehouse. */
export class ProfileRunner {
  constructor(
    private readonly gatehouse: TestGatehouse,
    private readonly host: DocumentHost,
  ) {}

  async introduce(way: Way): Promise<KnownClient> {
    return way.registration ? this.#registered(way, way.registration) : this.#published(way);
  }

  async authorize(
    { way, clientId }: KnownClient,
    changes: Record<string, string | undefined> = {},
  ): Promise<Authorized> {
    const { codeVerifier, codeChallenge } = createPkcePair();
    const sent = {
      ...((await this.#filledIn(way.authorization)) as Record<string, string>),
      ...changes,
      client_id: clientId,
      code_challenge: codeChallenge,
    };
    const response = await authorize(this.gatehouse.proxy, sent);
    return { response, callback: callbackParameters(response), codeVerifier, sent };
  }

  async redeem(client: KnownClient, { callback, codeVerifier, sent }: Authorized): Promise<Response> {
    return this.#token(client, {
      grant_type: 'authorization_code',
      code: callback.get('code') ?? '',
      code_verifier: codeVerifier,
      redirect_uri: sent['redirect_uri'] ?? '',
      ...(sent['resource'] === undefined ? {} : { resource: sent['resource'] }),
    });
  }

  async refresh(client: KnownClient, refreshToken: string): Promise<Response> {
    return this.#token(client, { grant_type: 'refresh_token', refresh_token: refreshToken });
  }

  /** All of it, from the authorization request to the tokens. */
  async signIn(client: KnownClient, changes?: Record<string, string | undefined>): Promise<TokenResponse> {
    const response = await this.redeem(client, await this.authorize(client, changes));
    if (!response.ok) throw new Error(`no token: ${response.status} ${await response.text()}`);
    return (await response.json()) as TokenResponse;
  }

  async #registered(way: Way, registration: Readonly<Record<string, unknown>>): Promise<KnownClient> {
    const response = await fetch(new URL('/register', this.gatehouse.proxy), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(await this.#filledIn(registration)),
    });
    if (response.status !== 201) throw new Error(`not registered: ${await response.text()}`);
    const registered = (await response.json()) as Record<string, unknown>;
    const clientId = registered['client_id'] as string;
    const secret = registered['client_secret'] as string | undefined;
    const basic = registered['token_endpoint_auth_method'] === 'client_secret_basic';
    return {
      way,
      clientId,
      registered,
      authentication: () =>
        Promise.resolve(
          basic
            ? { parameters: {}, headers: { authorization: `Basic ${btoa(`${clientId}:${secret}`)}` } }
            : {
                parameters: {
                  client_id: clientId,
                  ...(secret === undefined ? {} : { client_secret: secret }),
                },
                headers: {},
              },
        ),
    };
  }

  /** Nobody but its owner can serve a document at its address: here its host is replaced by one of this machine. */
  async #published(way: Way): Promise<KnownClient> {
    const here = (address: unknown): URL => new URL(new URL(String(address)).pathname, this.host.origin);
    const address = here(way.document?.['client_id']);
    const keySet = way.document?.['jwks_uri'];
    this.host.json(address.pathname, {
      ...way.document,
      client_id: address.href,
      ...(keySet === undefined ? {} : { jwks_uri: here(keySet).href }),
    });
    const signer =
      keySet === undefined
        ? undefined
        : await this.#signer(address.href, here(keySet), way.document?.['token_endpoint_auth_signing_alg']);
    return {
      way,
      clientId: address.href,
      registered: {},
      authentication: async () => ({
        parameters: signer
          ? await signer.assertion(`${this.gatehouse.proxy}/token`)
          : { client_id: address.href },
        headers: {},
      }),
    };
  }

  readonly #signers = new Map<string, AssertingClient>();

  /** One key set serves all the clients that name it, as one host's does. */
  async #signer(clientId: string, keySet: URL, alg: unknown): Promise<AssertingClient> {
    const signer = await assertingClient(clientId, String(alg));
    this.#signers.set(clientId, signer);
    this.host.json(keySet.pathname, { keys: [...this.#signers.values()].map(({ publicJwk }) => publicJwk) });
    return signer;
  }

  async #token(client: KnownClient, parameters: Record<string, string>): Promise<Response> {
    const { parameters: own, headers } = await client.authentication();
    return fetch(new URL('/token', this.gatehouse.proxy), {
      method: 'POST',
      headers,
      body: new URLSearchParams({ ...parameters, ...own }),
    });
  }

  async #filledIn(members: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    const { mcpUrl, proxy } = this.gatehouse;
    const challenge = (await rpc(mcpUrl, 'tools/list')).headers.get('www-authenticate') ?? '';
    const metadata = await fetch(new URL('/.well-known/oauth-authorization-server', proxy));
    const { scopes_supported: offered } = (await metadata.json()) as { scopes_supported: string[] };
    const words: Record<string, string> = {
      '{mcp}': mcpUrl,
      '{challenge}': /scope="([^"]*)"/.exec(challenge)?.[1] ?? '',
      '{offered}': offered.join(' '),
    };
    return Object.fromEntries(
      Object.entries(members).map(([name, value]) => [
        name,
        typeof value === 'string' ? value.replaceAll(/\{\w+\}/g, (word) => words[word] ?? word) : value,
      ]),
    );
  }
}
