const MAX_HOPS = 12;

/** As much of a browser as a sign-in needs: cookies, redirects, and forms that are sent as they stand. */
export class Browser {
  #http;
  #cookies = new Map();

  constructor(http) {
    this.#http = http;
  }

  /** Follows redirects until a page, or an address that starts with `end`. @returns {Promise<{ page?: string, location?: string }>} */
  async open(address, end, form) {
    let url = new URL(address, this.#http.origin);
    let answer = await this.#ask(url, form);
    for (let hop = 0; hop < MAX_HOPS; hop++) {
      const { location } = answer.headers;
      if (location === undefined) {
        if (answer.status !== 200)
          throw new Error(`${url.pathname}: ${answer.status} ${answer.text.slice(-600)}`);
        return { page: answer.text };
      }
      if (location.startsWith(end)) return { location };
      url = new URL(location, url);
      answer = await this.#ask(url);
    }
    throw new Error(`redirected in a circle at ${url.pathname}`);
  }

  /** Sends the first form of a page with all that is ticked. */
  press(page, decision, end) {
    const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1];
    if (action === undefined) throw new Error(`no form in ${page.slice(0, 300)}`);
    const [form] = page.slice(page.indexOf('<form')).split('</form>', 1);
    const inputs = [...form.matchAll(/<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g)];
    const fields = [...inputs.map(([, name, value]) => [name, value]), ['decision', decision]];
    return this.open(action.replaceAll('&amp;', '&'), end, new URLSearchParams(fields).toString());
  }

  async #ask(url, form) {
    const ours = url.origin === this.#http.origin;
    const cookie = ours ? this.#cookiesFor(url.pathname) : '';
    const answer = await this.#http.send(`${url.pathname}${url.search}`, {
      headers: {
        accept: 'text/html,*/*;q=0.8',
        ...(cookie ? { cookie } : {}),
        ...(form === undefined
          ? {}
          : { 'content-type': 'application/x-www-form-urlencoded', origin: this.#http.origin }),
      },
      ...(form === undefined ? {} : { method: 'POST', body: form }),
      ...(ours ? {} : { to: { port: Number(url.port), host: url.host } }),
    });
    if (ours) for (const line of answer.headers['set-cookie'] ?? []) this.#keep(line);
    return answer;
  }

  #cookiesFor(path) {
    return [...this.#cookies.values()]
      .filter((cookie) => path.startsWith(cookie.path))
      .toSorted((one, other) => other.path.length - one.path.length)
      .map(({ pair }) => pair)
      .join('; ');
  }

  #keep(line) {
    const [pair] = line.split(';', 1);
    const path = /; ?path=([^;]*)/i.exec(line)?.[1] ?? '/';
    const name = pair.slice(0, pair.indexOf('='));
    if (pair.endsWith('=')) this.#cookies.delete(`${name};${path}`);
    else this.#cookies.set(`${name};${path}`, { pair, path });
  }
}
