/** What came back, as it was sent. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What came back, in a form in which two implementations that follow the specification look alike. */
export interface Answer {
  readonly status: number;
  /** The headers that a client acts on. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON-RPC messages in the order in which they came: of one JSON body, or of a stream of events. */
  readonly messages: readonly Json[];
  /** A body that is no JSON. */
  readonly text?: string;
}

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** JSON or a stream is the server's choice (2025-11-25 and 2026-07-28, "Sending Messages"), so the content type is not compared. */
const COMPARED_HEADERS = new Set(['allow', 'mcp-session-id', 'www-authenticate', 'retry-after']);

/** Texts of which the specification says nothing but that they are there: opaque values, and words for people. */
const OPAQUE = new Set(['requestState', 'mcp-session-id']);

/** @throws Error for a body that is not what its content type says */
export function readAnswer({ status, headers, body }: RawAnswer): Answer {
  const type = headers['content-type']?.split(';')[0];
  const compared = Object.entries(headers)
    .filter(([name]) => COMPARED_HEADERS.has(name))
    .map(([name, value]) => [name, OPAQUE.has(name) ? '(opaque)' : value] as const);
  const answer = { status, headers: Object.fromEntries(compared) };
  if (body === '') return { ...answer, messages: [] };
  switch (type) {
    case 'text/event-stream':
      return { ...answer, messages: events(body).map(normalise) };
    case 'application/json':
      return { ...answer, messages: [JSON.parse(body) as Json].flat().map(normalise) };
    default:
      return { ...answer, messages: [], text: body };
  }
}

/** The answer in one line: `200 result`, `400 error -32602`, `200 notifications/progress, result`, `202`. */
export function outcome({ status, messages, text }: Answer): string {
  return [String(status), messages.map(kind).join(', '), text === undefined ? '' : 'text']
    .filter((part) => part !== '')
    .join(' ');
}

function kind(message: Json): string {
  if (!isObject(message)) return 'no message';
  if (isObject(message['error'])) return `error ${JSON.stringify(message['error']['code'])}`;
  if (isObject(message['result'])) {
    const { isError, resultType } = message['result'];
    if (isError === true) return 'tool error';
    return resultType === 'input_required' ? 'input required' : 'result';
  }
  return typeof message['method'] === 'string' ? message['method'] : 'no message';
}

function events(body: string): Json[] {
  return body.split(/\r?\n\r?\n/).flatMap((event) => {
    const data = event
      .split(/\r?\n/)
      .filter((line) => line.startsWith('data:'))
      .map((line) => line.slice(5).trimStart())
      .join('\n');
    return data === '' ? [] : [JSON.parse(data) as Json];
  });
}

function normalise(message: Json): Json {
  const answer = withoutOpaque(message);
  if (!isObject(answer)) return answer;
  const { error, result } = answer;
  if (isObject(error)) return { ...answer, error: { ...error, message: words(error['message']) } };
  if (isObject(result) && result['isError'] === true) {
    return { ...answer, result: { ...result, content: refusal(result['content']) } };
  }
  return answer;
}

function withoutOpaque(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutOpaque);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      OPAQUE.has(name) && typeof member === 'string' ? '(opaque)' : withoutOpaque(member),
    ]),
  );
}

/** JSON-RPC 2.0 section 5.1: "A String providing a short description of the error". */
function words(message: Json | undefined): Json {
  return typeof message === 'string' && message !== '' ? '(words)' : (message ?? null);
}

/** What is wrong with the arguments of a tool is said in words of the validator. What a tool says itself is left as it is. */
function refusal(content: Json | undefined): Json {
  const text = JSON.stringify(content ?? null);
  return /Invalid arguments for tool/.test(text) ? '(words of the validator)' : (JSON.parse(text) as Json);
}

function isObject(value: Json | undefined): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
