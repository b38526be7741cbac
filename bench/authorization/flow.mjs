import { createHash, randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';

/** What the servers under test know and every flow asks for. */
export const CLIENT_ID = 'mcp-inspector-client';
export const REDIRECT_URI = 'http://127.0.0.1:6274/oauth/callback/debug';
export const SCOPE = 'mcp:tools:execute mcp:resources:read';
export const RESOURCE = 'http://127.0.0.1:3002/mcp';

const MAX_REDIRECTS = 5;

/** Client and browser of one user: runs flows against one server, each as if it were the first. */
export class FlowRunner {
  #agent = new Agent({ keepAlive: true, maxSockets: 256 });
  #port;
  #clientId;

  constructor(port, clientId = CLIENT_ID) {
    this.#port = port;
    this.#clientId = clientId;
  }

  /**
   * Authorization request to refresh token.
   * @returns {Promise<{ refreshToken: string, tokenMs: number }>} `tokenMs`: how long the token endpoint took
   * @throws Error at the first answer that is not what the flow needs
   */
  async run() {
    const verifier = randomBytes(32).toString('base64url');
    const code = await this.#code(createHash('sha256').update(verifier).digest('base64url'));
    return this.#token({
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT_URI,
      code_verifier: verifier,
    });
  }

  refresh(refreshToken) {
    return this.#token({ grant_type: 'refresh_token', refresh_token: refreshToken });
  }

  close() {
    this.#agent.destroy();
  }

  async #code(challenge) {
    const state = randomBytes(8).toString('hex');
    const parameters = new URLSearchParams({
      response_type: 'code',
      client_id: this.#clientId,
      redirect_uri: REDIRECT_URI,
      scope: SCOPE,
      state,
      code_challenge: challenge,
      code_challenge_method: 'S256',
    });
    const cookies = new Map();
    let path = `/authorize?${parameters}`;
    for (let hop = 0; hop < MAX_REDIRECTS; hop++) {
      const answer = await this.#send({ path, headers: { cookie: cookieHeader(cookies) } });
      for (const cookie of answer.headers['set-cookie'] ?? []) remember(cookies, cookie);
      const { location } = answer.headers;
      if (location === undefined) throw new Error(`/authorize answered ${answer.status}: ${answer.body}`);
      if (location.startsWith(REDIRECT_URI)) return codeOf(location, state);
      const target = new URL(location, `http://127.0.0.1:${this.#port}`);
      path = `${target.pathname}${target.search}`;
    }
    throw new Error('/authorize redirects for ever');
  }

  async #token(parameters) {
    const body = new URLSearchParams({ ...parameters, client_id: this.#clientId }).toString();
    const started = performance.now();
    const answer = await this.#send({
      method: 'POST',
      path: '/token',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': Buffer.byteLength(body),
      },
      body,
    });
    const tokenMs = performance.now() - started;
    const { access_token: accessToken, refresh_token: refreshToken } = JSON.parse(answer.body);
    if (accessToken?.split('.').length !== 3 || !refreshToken) {
      throw new Error(`/token answered ${answer.status}: ${answer.body}`);
    }
    return { refreshToken, tokenMs };
  }

  #send({ body, ...options }) {
    return new Promise((resolve, reject) => {
      const sent = request(
        { agent: this.#agent, host: '127.0.0.1', port: this.#port, ...options },
        (response) => {
          const chunks = [];
          response.on('data', (chunk) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              status: response.statusCode,
              headers: response.headers,
              body: Buffer.concat(chunks).toString(),
            }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }
}

function codeOf(location, state) {
  const { searchParams } = new URL(location);
  const code = searchParams.get('code');
  if (!code || searchParams.get('state') !== state) throw new Error(`no code in ${location}`);
  return code;
}

function remember(cookies, text) {
  const [pair] = text.split(';', 1);
  const at = pair.indexOf('=');
  const value = pair.slice(at + 1);
  if (value === '') cookies.delete(pair.slice(0, at));
  else cookies.set(pair.slice(0, at), value);
}

function cookieHeader(cookies) {
  return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
}
