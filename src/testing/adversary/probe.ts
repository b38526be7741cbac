import type { Message } from '../client/event-stream-reader.js';
import { mirroredHeaders } from '../client/mirrored-headers.js';
import { rpcRequest } from '../client/rpc-request.js';
import type { Target } from './target.js';

export interface ProbedRequest {
  readonly target: Pick<Target, 'method' | 'version' | 'params' | 'mirrored' | 'valid'>;
  /** The valid ones where left out. */
  readonly args?: Readonly<Record<string, unknown>>;
  /** The whole header; none where left out. */
  readonly authorization?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly id?: string;
  /** Makes of the body what no value could be written as. */
  readonly rewrite?: (body: string) => string;
  readonly query?: string;
}

/** What came back. */
export interface Observed {
  readonly request: string;
  /** 0 where there was no answer. */
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The JSON-RPC message that answers, where there is one. */
  readonly message: Message | undefined;
  /** Nothing was done: an HTTP or JSON-RPC error, or a result that says that it is one. */
  readonly refused: boolean;
  readonly milliseconds: number;
}

const SHOWN = 300;

/** Sends one request and reads all that comes back, however long it takes up to the deadline. */
export async function probe(url: string, request: ProbedRequest, deadlineMs: number): Promise<Observed> {
  const { target, args = target.valid, id = 'probe' } = request;
  const { headers, body } = rpcRequest(target.version, target.method, target.params(args), id);
  const sent = request.rewrite?.(body) ?? body;
  const mirrored = target.method === 'tools/call' ? mirroredHeaders(target.mirrored, args) : {};
  const started = performance.now();
  const answered = (answer: Partial<Observed>): Observed => ({
    request: `${target.method} ${sent.slice(0, SHOWN)}`,
    status: 0,
    headers: new Headers(),
    text: '',
    message: undefined,
    refused: true,
    milliseconds: performance.now() - started,
    ...answer,
  });
  try {
    const response = await fetch(`${url}${request.query ?? ''}`, {
      method: 'POST',
      headers: {
        ...headers,
        accept: 'application/json, text/event-stream',
        ...mirrored,
        ...(request.authorization === undefined ? {} : { authorization: request.authorization }),
        ...request.headers,
      },
      body: sent,
      signal: AbortSignal.timeout(deadlineMs),
    });
    const text = await response.text();
    const message = messageIn(text, response.headers.get('content-type'));
    const refused =
      response.status >= 400 || message?.error !== undefined || message?.result?.['isError'] === true;
    return answered({ status: response.status, headers: response.headers, text, message, refused });
  } catch (error) {
    return answered({ text: (error as Error).name });
  }
}

/** An answer as a finding shows it. */
export function shownAnswer({ status, text }: Observed): string {
  return `${status === 0 ? 'no answer' : `HTTP ${status}`} ${text.slice(0, SHOWN)}`;
}

/** The last message of a body: JSON, or the events of a stream. */
function messageIn(text: string, type: string | null): Message | undefined {
  const json = type?.startsWith('text/event-stream')
    ? text
        .split('\n')
        .filter((line) => line.startsWith('data: {'))
        .at(-1)
        ?.slice('data: '.length)
    : text;
  try {
    return JSON.parse(json ?? '') as Message;
  } catch {
    return undefined;
  }
}
