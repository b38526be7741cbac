import { parseBearerChallenge, type ParsedChallenge } from './bearer-challenge.js';

type Refused = Pick<McpTestError, 'method' | 'status' | 'code' | 'reason' | 'data' | 'challenge'>;

/** The server refused, or answered with a JSON-RPC error. A tool's own `isError` is none of these: it is a result. */
export class McpTestError extends Error {
  override readonly name = 'McpTestError';
  /** The method that was asked for. */
  readonly method: string;
  /** Of HTTP. */
  readonly status: number;
  /** Of the JSON-RPC error; undefined where the answer is none, as with a 401. */
  readonly code: number | undefined;
  /** The text of the error as the client got it. */
  readonly reason: string;
  /** `data` of the JSON-RPC error. */
  readonly data: unknown;
  /** Of a 401 or 403: what the server asks for, parsed. */
  readonly challenge: ParsedChallenge | undefined;

  constructor(refused: Refused) {
    const { method, status, code, reason } = refused;
    super(`${method}: HTTP ${status}${code === undefined ? '' : `, error ${code}`}: ${reason}`);
    this.method = method;
    this.status = status;
    this.code = code;
    this.reason = reason;
    this.data = refused.data;
    this.challenge = refused.challenge;
  }

  /** From the response to a request, and from the JSON-RPC error in it where that has been read already. */
  static async of(method: string, response: Response, error?: RpcError): Promise<McpTestError> {
    const found = error ?? errorIn(response.bodyUsed ? '' : await response.text());
    return new McpTestError({
      method,
      status: response.status,
      code: found.code,
      reason: found.message,
      data: found.data,
      challenge: parseBearerChallenge(response.headers.get('www-authenticate')),
    });
  }
}

interface RpcError {
  readonly code: number | undefined;
  readonly message: string;
  readonly data?: unknown;
}

/** A JSON-RPC error, an OAuth error, or whatever the body says. */
function errorIn(body: string): RpcError {
  try {
    const { error, error_description: description } = JSON.parse(body) as {
      error?: RpcError | string;
      error_description?: string;
    };
    if (typeof error === 'object') return error;
    return { code: undefined, message: description ?? error ?? body };
  } catch {
    return { code: undefined, message: body };
  }
}
