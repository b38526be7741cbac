import { createHash, randomBytes } from 'node:crypto';
import { Browser } from './browser.mjs';
import { expectStatus } from './http-client.mjs';

const REDIRECT_URI = 'http://127.0.0.1:33418/callback';
const SCOPE = 'mcp:tools:execute mcp:resources:read mcp:prompts:read offline_access';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
/** A revocation reaches every replica within a few seconds (docs/revocation.md). */
const REVOKED_EVERYWHERE_MS = 5_000;
/** Nobody is disconnected while there are no more than that. */
const FEWEST = 50;

/** Those who are connected, each with a client of its own. */
export class Users {
  #http;
  #all = [];
  #later = new Set();

  constructor(http) {
    this.#http = http;
  }

  get count() {
    return this.#all.length;
  }

  /** Does something with the token of somebody: of another one each time. */
  async use(work) {
    const user = this.#all[Math.floor(Math.random() * this.#all.length)];
    user.running += 1;
    try {
      return await work(user.accessToken);
    } finally {
      user.running -= 1;
    }
  }

  /** A whole flow, from the registration to the tokens, over whichever replicas. */
  async connect() {
    this.#all.push(await this.newUser());
  }

  /** One that takes no part in what the others do. */
  async newUser() {
    const clientId = await this.#registered();
    return { clientId, running: 0, refreshing: false, ...(await this.#signedIn(clientId)) };
  }

  async refresh() {
    const idle = this.#all.filter(({ refreshing }) => !refreshing);
    const user = idle[Math.floor(Math.random() * idle.length)];
    if (user === undefined) return;
    user.refreshing = true;
    const tokens = await this.#token({
      grant_type: 'refresh_token',
      refresh_token: user.refreshToken,
      client_id: user.clientId,
    });
    Object.assign(user, tokens, { refreshing: false });
  }

  /** Ends what somebody allowed, and has it looked at later whether every replica knows. */
  async revoke(replicas, onError) {
    const at = this.#all.findIndex(({ refreshing }) => !refreshing);
    if (at === -1 || this.count <= FEWEST) return;
    const [user] = this.#all.splice(at, 1);
    while (user.running > 0) await later(20);
    const body = new URLSearchParams({ token: user.refreshToken, client_id: user.clientId }).toString();
    expectStatus(await this.#http.send('/revoke', { method: 'POST', headers: FORM, body }), 200);
    const noted = this.#isRefused(user, replicas)
      .catch(onError)
      .finally(() => this.#later.delete(noted));
    this.#later.add(noted);
  }

  /** Resolves when nothing is left to be looked at. */
  async settled() {
    await Promise.all(this.#later);
  }

  async #isRefused({ accessToken }, replicas) {
    await later(REVOKED_EVERYWHERE_MS);
    const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' };
    const body = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
    for (const to of replicas) {
      expectStatus(await this.#http.send('/mcp', { method: 'POST', to, headers, body }), 401);
    }
  }

  async #registered() {
    const body = JSON.stringify({
      client_name: `Soak ${randomBytes(4).toString('hex')}`,
      redirect_uris: [REDIRECT_URI],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    });
    const headers = { 'content-type': 'application/json' };
    const answer = await this.#http.send('/register', { method: 'POST', headers, body });
    return JSON.parse(expectStatus(answer, 201).text).client_id;
  }

  async #signedIn(clientId) {
    const verifier = randomBytes(32).toString('base64url');
    const state = randomBytes(8).toString('hex');
    const parameters = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: REDIRECT_URI,
      scope: SCOPE,
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    const browser = new Browser(this.#http);
    const choice = await browser.open(`/authorize?${parameters}`, REDIRECT_URI);
    const consent = await browser.press(choice.page, 'provider:corp', REDIRECT_URI);
    const { location } = await browser.press(consent.page, 'allow', REDIRECT_URI);
    const answer = location && new URL(location).searchParams;
    if (!answer?.get('code') || answer.get('state') !== state) throw new Error(`no code: ${location}`);
    return this.#token({
      grant_type: 'authorization_code',
      code: answer.get('code'),
      redirect_uri: REDIRECT_URI,
      code_verifier: verifier,
      client_id: clientId,
    });
  }

  async #token(parameters) {
    const body = new URLSearchParams(parameters).toString();
    const answer = await this.#http.send('/token', { method: 'POST', headers: FORM, body });
    const { access_token: accessToken, refresh_token: refreshToken } = JSON.parse(
      expectStatus(answer, 200).text,
    );
    if (accessToken?.split('.').length !== 3 || !refreshToken) throw new Error(`/token: ${answer.text}`);
    return { accessToken, refreshToken };
  }
}

function later(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
