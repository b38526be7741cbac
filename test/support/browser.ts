/** MCP Inspector's callback: nobody listens there. */
const CLIENT_PORT = '6274';

/** As much of a browser as a sign-in without script needs: cookies, `text/html`, and the origin of a form. */
export class SimpleBrowser {
  /** By name and path: a page may have a cookie of the same name as another. */
  readonly #cookies = new Map<string, { name: string; value: string; path: string }>();

  /** Follows redirects, but never away from the origin it started at. Returns the last answer. */
  async open(url: string): Promise<Response> {
    const { origin } = new URL(url);
    let response = await this.#request(url, {});
    for (
      let location = response.headers.get('location');
      location;
      location = response.headers.get('location')
    ) {
      const next = new URL(location, response.url || url);
      if (next.origin !== origin) break;
      response = await this.#request(next.href, {});
    }
    return response;
  }

  /** One page, no redirect followed. */
  get(url: string): Promise<Response> {
    return this.#request(url, {});
  }

  /** Follows the redirects of an answer from one server of this machine to the next; stops before a client's redirect URI. */
  async follow(answer: Response): Promise<Response> {
    let response = answer;
    for (let hops = 0; hops < 20; hops += 1) {
      const location = response.headers.get('location');
      if (location === null) return response;
      const next = new URL(location, response.url);
      if (next.hostname !== '127.0.0.1' || next.port === CLIENT_PORT) return response;
      response = await this.#request(next.href, {});
    }
    throw new Error('redirected in a circle');
  }

  get #all(): { name: string; value: string; path: string }[] {
    return [...this.#cookies.values()];
  }

  /** The value of a cookie. */
  cookie(name: string): string | undefined {
    return this.#all.find((cookie) => cookie.name === name)?.value;
  }

  /** The names of all cookies. */
  get cookieNames(): string[] {
    return this.#all.map(({ name }) => name);
  }

  /** Plants a cookie, as a sibling host or a network could. */
  plant(name: string, value: string, path = '/'): void {
    this.#cookies.set(`${name};${path}`, { name, value, path });
  }

  /** Submits a form; the answer as it comes, no redirect followed. */
  submit(
    url: string,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    return this.#request(url, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { origin: new URL(url).origin, 'sec-fetch-site': 'same-origin', ...headers },
    });
  }

  async #request(url: string, init: RequestInit): Promise<Response> {
    const { pathname } = new URL(url);
    const cookie = this.#all
      .filter(({ path }) => pathname.startsWith(path))
      .toSorted((one, other) => other.path.length - one.path.length)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
    const response = await fetch(url, {
      redirect: 'manual',
      ...init,
      headers: {
        accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
        'sec-fetch-site': 'none',
        ...(cookie ? { cookie } : {}),
        ...(init.headers as Record<string, string> | undefined),
      },
    });
    for (const header of response.headers.getSetCookie()) this.#keep(header);
    return response;
  }

  #keep(header: string): void {
    const [pair = '', ...attributes] = header.split(';');
    const separator = pair.indexOf('=');
    const path = attributes
      .find((attribute) => attribute.trim().toLowerCase().startsWith('path='))
      ?.split('=')[1];
    const name = pair.slice(0, separator);
    const value = pair.slice(separator + 1);
    if (value === '') this.#cookies.delete(`${name};${path ?? '/'}`);
    else this.plant(name, value, path);
  }
}

/** What a page's form would send if nothing were changed, and where. */
export function formOf(html: string): { action: string; fields: Record<string, string> } {
  const action = /<form[^>]*action="([^"]+)"/.exec(html)?.[1];
  if (!action) throw new Error(`no form in ${html}`);
  const inputs = [...html.matchAll(/<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g)];
  return { action, fields: Object.fromEntries(inputs.map(([, name, value]) => [name, value])) };
}
