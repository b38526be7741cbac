import { Injectable } from '@nestjs/common';
import { RequestState } from './request-state.js';
import { ROUND_TRIP_METHODS, RoundTrip } from './round-trip.js';
import { InvalidParams } from '../json-rpc-error.js';
import { isObject } from '../json-rpc-message.js';
import type { RequestContext } from '../request-context.js';
import { ResultEnvelope } from '../result-envelope.js';

/** Begins and ends the rounds of a multi round-trip request. */
@Injectable()
export class InputRounds {
  constructor(
    private readonly states: RequestState,
    private readonly envelope: ResultEnvelope,
  ) {}

  /** Whether the request brings something from an earlier round. */
  isContinued({ request: { method, params }, revision }: RequestContext): boolean {
    return (
      (params['requestState'] !== undefined || params['inputResponses'] !== undefined) &&
      revision.era === 'modern' &&
      ROUND_TRIP_METHODS.has(method)
    );
  }

  /** Gives the handler the answers that the request brings. @throws InvalidParams for a `requestState` that is not good here */
  async continue(context: RequestContext): Promise<void> {
    const { requestState, inputResponses = {} } = context.request.params;
    if (!isObject(inputResponses))
      throw new InvalidParams('Invalid params: "inputResponses" must be an object');
    const earlier =
      requestState === undefined
        ? {}
        : await this.states.open(requestState, context.token.principal, context.request);
    context.roundTrip = new RoundTrip(earlier, inputResponses);
  }

  /** The result that asks the client for what the handler needs; undefined where it needs nothing. */
  async pending({ request, roundTrip, token }: RequestContext): Promise<string | undefined> {
    if (!roundTrip?.isPending) return undefined;
    const state = await this.states.seal(token.principal, request, roundTrip.answers);
    return this.envelope.writeInputRequired(roundTrip.inputRequests, state);
  }
}
