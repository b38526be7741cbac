/** What nobody but its two parties may ever see, by the names that it has in requests and answers. */
const PARAMETERS = [
  'access_token',
  'assertion',
  'client_assertion',
  'client_secret',
  'code',
  'code_verifier',
  'csrf_token',
  'id_token',
  'password',
  'refresh_token',
  'token',
];
/** Cookies of the engine that are of no use without their signature, which is in a cookie beside them (`.sig`) and is a secret. */
const SIGNED_COOKIE = /_(?:interaction|resume|session)$/;
/** Shorter ones would be found by accident. */
const SHORTEST = 16;

/**
 * Listens to everything that is sent by `fetch` in this process, and keeps every secret of it: of forms, of JSON answers, of redirects, of
 * cookies, of `Authorization`.
 */
export class SecretCollector {
  readonly #secrets = new Set<string>();
  readonly #fetch = globalThis.fetch;
  /** The bodies of what was refused. */
  readonly refusals: string[] = [];

  constructor() {
    globalThis.fetch = async (input, init) => {
      this.#sent(init);
      const response = await this.#fetch(input, init);
      await this.#received(response.clone());
      return response;
    };
  }

  get secrets(): readonly string[] {
    return [...this.#secrets];
  }

  add(...secrets: readonly string[]): void {
    for (const secret of secrets) if (secret.length >= SHORTEST) this.#secrets.add(secret);
  }

  stop(): void {
    globalThis.fetch = this.#fetch;
  }

  #sent(init: RequestInit | undefined): void {
    const authorization = new Headers(init?.headers).get('authorization');
    if (authorization !== null) this.add(authorization.replace(/^\w+ /, ''));
    if (typeof init?.body === 'string' || init?.body instanceof URLSearchParams) {
      this.#parameters(new URLSearchParams(String(init.body)));
    }
  }

  async #received(response: Response): Promise<void> {
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (!SIGNED_COOKIE.test(name)) this.add(decodeURIComponent(value));
    }
    const location = response.headers.get('location');
    if (location !== null) this.#parameters(new URL(location, response.url).searchParams);
    const type = response.headers.get('content-type') ?? '';
    if (type.startsWith('text/event-stream')) return;
    const body = await response.text();
    if (response.status >= 400) this.refusals.push(body);
    for (const [, name = '', value = ''] of body.matchAll(/"(\w+)":"([^"]+)"/g)) {
      if (PARAMETERS.includes(name)) this.add(value);
    }
    for (const [, value = ''] of body.matchAll(/name="csrf_token" value="([^"]+)"/g)) this.add(value);
  }

  #parameters(parameters: URLSearchParams): void {
    for (const name of PARAMETERS) this.add(...parameters.getAll(name));
  }
}
