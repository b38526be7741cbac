/** One answer that came through the ingress. */
interface Answer {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Everything that is called an absolute URL, up to where none goes on. */
const ABSOLUTE = /https?:\/\/[^\s"'<>\\,)]+/g;
const LINK = /(?:href|action|src)="([^"]*)"/g;
/** Headers that name addresses. */
const NAMING = ['location', 'www-authenticate', 'link', 'content-location', 'refresh'];

/** Hears every answer that `fetch` brings to this process from one origin: SDK clients and browsers of the test alike. */
export class Heard {
  readonly #answers: Promise<Answer>[] = [];
  readonly #fetch = globalThis.fetch;

  constructor(private readonly origin: () => string) {}

  listen(): void {
    const heard = this.#answers;
    const original = this.#fetch;
    const origin = this.origin;
    globalThis.fetch = async (input, init) => {
      const response = await original(input, init);
      const url = input instanceof Request ? input.url : String(input);
      if (new URL(url).origin !== origin()) return response;
      const { status, headers } = response;
      const isStream = headers.get('content-type')?.startsWith('text/event-stream') ?? false;
      const text = isStream ? Promise.resolve('') : response.clone().text();
      heard.push(text.then((body) => ({ url, status, headers, text: body })));
      return response;
    };
  }

  stop(): void {
    globalThis.fetch = this.#fetch;
  }

  answers(): Promise<Answer[]> {
    return Promise.all(this.#answers);
  }

  /** Every absolute URL, also those inside of query parameters, with the request that it answered. */
  async absoluteUrls(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (const { url, headers, text } of await this.answers()) {
      const texts = [text, ...NAMING.map((name) => headers.get(name) ?? '')];
      for (const one of texts.flatMap((plain) => [plain, decoded(plain)])) {
        for (const [absolute] of one.matchAll(ABSOLUTE)) found.set(absolute, url);
      }
    }
    return found;
  }

  /** Every link and form action of pages, and every `Location` without a scheme. */
  async links(): Promise<Set<string>> {
    const found = new Set<string>();
    for (const { headers, text } of await this.answers()) {
      const location = headers.get('location');
      if (location !== null && !/^[a-z][a-z0-9+.-]*:/i.test(location)) found.add(location);
      if (!headers.get('content-type')?.startsWith('text/html')) continue;
      for (const [, link = ''] of text.matchAll(LINK)) found.add(link.replaceAll('&amp;', '&'));
    }
    return found;
  }

  async cookies(): Promise<string[]> {
    return (await this.answers()).flatMap(({ headers }) => headers.getSetCookie());
  }
}

function decoded(text: string): string {
  return text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });
}
