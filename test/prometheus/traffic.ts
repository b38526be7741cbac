import { setTimeout as wait } from 'node:timers/promises';
import { MCP_SCOPES, OFFLINE_ACCESS } from '../../src/oauth/scopes.js';
import { SimpleBrowser } from '../support/browser.js';
import type { TestGatehouse } from '../support/gatehouse.js';
import { rpc } from '../support/mcp-client.js';
import { McpPeer } from '../support/mcp-peer.js';
import { authorize, INSPECTOR, redeem } from '../support/oauth-flow.js';
import { TokenForge } from '../support/token-forge.js';
import { authorizationUrl, press, signIn, tokenOf } from '../support/upstream-sign-in.js';
import type { Deployment } from './deployment.js';

const ROUND_MS = 500;
const SCOPE = [...Object.keys(MCP_SCOPES), OFFLINE_ACCESS].join(' ');

/** Some minutes of a deployment in which things also go wrong: of every kind, something in each round or every few rounds. */
export class Traffic {
  readonly #gatehouse: TestGatehouse;
  #forge!: TokenForge;
  #user = '';
  /** A subscription that stays open. */
  #stream: AbortController | undefined;
  #weak = '';

  constructor(private readonly deployment: Deployment) {
    // As much of one as the helpers of the end-to-end tests look at.
    this.#gatehouse = deployment as unknown as TestGatehouse;
  }

  /** Ends after that many seconds, with the round that runs. */
  async run(seconds: number): Promise<void> {
    this.#forge = await TokenForge.of(this.#gatehouse);
    this.#weak = await this.#forge.withScope('mcp:prompts:list');
    const until = Date.now() + seconds * 1000;
    for (let round = 0; Date.now() < until; round++) {
      const next = wait(ROUND_MS);
      if (round % 5 === 0) await this.#flow();
      if (round % 5 === 1) await this.#refreshed();
      if (round % 10 === 3) await this.#failedSignIn();
      if (round % 10 === 7) await this.#deniedConsent();
      if (round % 10 === 8) await this.#revoked();
      if (round % 5 === 2) await this.#streams();
      await Promise.all([
        this.#operations(),
        this.#refusedTokens(),
        this.#refusedRequests(),
        this.#registrations(),
      ]);
      await next;
    }
  }

  /** Lets go of the stream that is still open. */
  end(): void {
    this.#stream?.abort();
  }

  /** One more stream than a user may have, and a session of the 2025 era. */
  async #streams(): Promise<void> {
    const url = this.deployment.mcpUrl;
    const peer = await McpPeer.connect({ url, token: this.#user, version: '2026-07-28' });
    if (!this.#stream) {
      this.#stream = new AbortController();
      await peer.post('subscriptions/listen', { notifications: {} }, { signal: this.#stream.signal });
    }
    await peer.post('subscriptions/listen', { notifications: {} });
    await McpPeer.connect({ url, token: this.#user, version: '2025-11-25' });
  }

  async #flow(): Promise<void> {
    this.deployment.idp.signedIn = 'ada';
    const answer = await signIn(new SimpleBrowser(), this.#gatehouse, { scope: SCOPE });
    this.#user = (await tokenOf(this.#gatehouse, answer)).access_token;
  }

  /** A refresh token that is rotated, and one that somebody else has, too. */
  async #refreshed(): Promise<void> {
    const answer = await signIn(new SimpleBrowser(), this.#gatehouse, { scope: SCOPE });
    const { refresh_token } = await tokenOf(this.#gatehouse, answer);
    for (let use = 0; use < 2; use++) {
      await redeem(this.deployment.proxy, {
        grant_type: 'refresh_token',
        client_id: INSPECTOR.clientId,
        refresh_token,
      });
      await wait(20);
    }
  }

  async #failedSignIn(): Promise<void> {
    const { idp } = this.deployment;
    idp.refuse = 'access_denied';
    await signIn(new SimpleBrowser(), this.#gatehouse);
    idp.refuse = 'temporarily_unavailable';
    await signIn(new SimpleBrowser(), this.#gatehouse);
    idp.refuse = undefined;
  }

  async #deniedConsent(): Promise<void> {
    const browser = new SimpleBrowser();
    const { proxy } = this.deployment;
    const page = await browser.open(authorizationUrl(this.#gatehouse, { scope: SCOPE }));
    const pressed = await press(browser, proxy, await page.text(), 'provider:corp');
    const consent = await browser.follow(pressed);
    await browser.follow(await press(browser, proxy, await consent.text(), 'deny'));
  }

  async #revoked(): Promise<void> {
    const answer = await signIn(new SimpleBrowser(), this.#gatehouse, { scope: SCOPE });
    const { access_token: token } = await tokenOf(this.#gatehouse, answer);
    const body = new URLSearchParams({ client_id: INSPECTOR.clientId, token });
    await fetch(`${this.deployment.proxy}/revoke`, { method: 'POST', body });
    await rpc(this.deployment.mcpUrl, 'tools/list', { token });
  }

  async #operations(): Promise<void> {
    const { mcpUrl } = this.deployment;
    const token = this.#user;
    const call = (name: string, args: object): Promise<Response> =>
      rpc(mcpUrl, 'tools/call', { token, params: { name, arguments: args } });
    const answers = [
      ...Array.from({ length: 8 }, () => call('add', { numbers: [1, 2] })),
      call('multiply', { numbers: [2, 3] }),
      call('divide', { a: 1, b: 0 }),
      call('no-such-tool', {}),
      rpc(mcpUrl, 'tools/list', { token }),
      rpc(mcpUrl, 'tools/list', { token, version: '2025-11-25' }),
      rpc(mcpUrl, 'resources/list', { token }),
      rpc(mcpUrl, 'prompts/list', { token }),
      rpc(mcpUrl, 'prompts/list', { token: this.#weak }),
      rpc(mcpUrl, 'tools/call', { token: this.#weak, params: { name: 'add', arguments: {} } }),
      rpc(mcpUrl, 'no/such/method', { token }),
    ];
    for (const answer of await Promise.all(answers)) await answer.arrayBuffer();
  }

  async #refusedTokens(): Promise<void> {
    const { mcpUrl } = this.deployment;
    const tokens = [
      undefined,
      'not.a.token',
      await this.#forge.token({ claims: { exp: 1 } }),
      await this.#forge.token({ claims: { aud: 'https://other.example.com' } }),
    ];
    await Promise.all(tokens.map((token) => rpc(mcpUrl, 'tools/list', { token })));
  }

  async #refusedRequests(): Promise<void> {
    const { proxy } = this.deployment;
    const client = { client_id: INSPECTOR.clientId, redirect_uri: INSPECTOR.redirectUri };
    await Promise.all([
      authorize(proxy, { response_type: 'code', ...client }),
      authorize(proxy, { response_type: 'code', ...client, client_id: 'nobody' }),
      redeem(proxy, {
        grant_type: 'authorization_code',
        ...client,
        code: 'used',
        code_verifier: 'v'.repeat(43),
      }),
      fetch(`${proxy}/.well-known/oauth-authorization-server`),
      fetch(`${proxy}/no/such/page`),
    ]);
  }

  async #registrations(): Promise<void> {
    const register = (uri: string): Promise<Response> =>
      fetch(`${this.deployment.proxy}/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          client_name: 'A client',
          redirect_uris: [uri],
          token_endpoint_auth_method: 'none',
        }),
      });
    await Promise.all([register('http://127.0.0.1:7777/callback'), register('http://evil.example.com/')]);
  }
}
