import { Injectable, UnsupportedMediaTypeException } from '@nestjs/common';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { VerifiedToken } from '../auth/verified-token.js';
import { Exchange } from './exchange.js';
import { isThenable } from '../auth/is-thenable.js';
import type { McpResponse } from './mcp-response.js';
import { MessageHandler } from './message-handler.js';
import { writeResponse } from './write-response.js';

const JSON_TYPE = 'application/json';

export interface PostRequest {
  readonly token: VerifiedToken;
  readonly requestId: string;
  readonly headers: IncomingHttpHeaders;
}

/** A POST to the MCP endpoint, from the guard to the last byte of the answer. */
@Injectable()
export class PostedMessages {
  constructor(private readonly messages: MessageHandler) {}

  /** @throws UnsupportedMediaTypeException (415) for what does not say that it is JSON */
  requireJson({ 'content-type': type }: IncomingHttpHeaders): void {
    if (type === JSON_TYPE || mediaType(type) === JSON_TYPE) return;
    throw new UnsupportedMediaTypeException('Unsupported Media Type: Content-Type must be application/json');
  }

  /** Done at once where the answer is there at once: then no promise is made. Throws, or rejects, on what no client shall see. */
  answer(
    { token, requestId, headers }: PostRequest,
    body: string,
    response: ServerResponse,
  ): void | Promise<void> {
    const answer = this.messages.handle(new Exchange(token, requestId, headers, response), body);
    const write = (settled: McpResponse | undefined): void => {
      if (settled) writeResponse({ response, requestId, origin: headers.origin }, settled);
    };
    return isThenable(answer) ? answer.then(write) : write(answer);
  }
}

/** The media type without its parameters, in lower case (RFC 9110 section 8.3.1). */
function mediaType(contentType: string | undefined): string | undefined {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase();
}
