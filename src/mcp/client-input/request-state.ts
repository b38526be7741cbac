import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { InvalidParams } from '../json-rpc-error.js';
import type { JsonRpcRequest } from '../json-rpc-message.js';
import { SealedText } from '../sealed-text.js';

const PURPOSE = 'requestState';
/** How long a person may take for one round. */
const LIFETIME_SECONDS = 600;
/** Parts of the parameters that differ from round to round. */
const CHANGING = new Set(['_meta', 'inputResponses', 'requestState']);

export type Answers = Readonly<Record<string, unknown>>;

/**
 * The `requestState` of a multi round-trip request: the client's answers so far, sealed and bound to who calls, the method, and its
 * parameters (2026-07-28, basic/patterns/mrtr, "Server Requirements").
 */
@Injectable()
export class RequestState {
  constructor(private readonly sealedText: SealedText) {}

  seal(principal: string, request: JsonRpcRequest, answers: Answers): Promise<string> {
    return this.sealedText.seal(PURPOSE, { request: digest(principal, request), answers }, LIFETIME_SECONDS);
  }

  /** The answers in it. @throws InvalidParams for a state that was changed, is another caller's or another request's, or has expired */
  async open(state: unknown, principal: string, request: JsonRpcRequest): Promise<Answers> {
    const claims = typeof state === 'string' ? await this.sealedText.open(PURPOSE, state) : undefined;
    if (claims?.['request'] !== digest(principal, request)) {
      throw new InvalidParams(
        'Invalid requestState: it is not from this server, not for this request and caller, or has expired; send the request anew without it',
        { reason: 'invalid_request_state' },
      );
    }
    return claims['answers'] as Answers;
  }
}

function digest(principal: string, { method, params }: JsonRpcRequest): string {
  const salient = Object.fromEntries(Object.entries(params).filter(([name]) => !CHANGING.has(name)));
  return createHash('sha256')
    .update(canonical([principal, method, salient]))
    .digest('base64url');
}

/** JSON with the members of every object in one order, whatever order the client wrote them in. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
