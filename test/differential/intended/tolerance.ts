import type { IntendedDifference } from './intended-difference.js';

/** What we take and the SDK refuses. */
export const TOLERANCE: readonly IntendedDifference[] = [
  {
    title: 'what is inside clientInfo and clientCapabilities is not checked before it is used',
    cases: /clientInfo in _meta: |clientCapabilities in _meta: \{"elicitation":5\}/,
    at: 'outcome',
    ours: '200 result',
    sdk: '400 error -32602',
    reason:
      'nothing here depends on who the client says it is, and a capability that is no object is not declared',
    specification:
      'basic/index, "_meta": "A request missing any required field is malformed"; of `clientInfo`: "SHOULD NOT use them to change the behavior"',
  },
  {
    title: 'a progress token that is none asks for no progress',
    cases: /progressToken in _meta: (null|1\.5)|a progress token that is an object/,
    at: 'outcome',
    ours: '200 result',
    sdk: '400 error -32600',
    reason: 'the call is good without it',
    specification: 'basic/patterns/progress: "The server MAY send progress notifications"',
  },
  {
    title: 'members that JSON-RPC does not know are ignored',
    cases: /, (an unknown member|a result beside the method)$/,
    at: 'outcome',
    ours: '200 result',
    sdk: '400 error -32600',
    reason: 'whatever a later revision adds must not break a call',
    specification: 'JSON-RPC 2.0 section 4 says what a request has, and forbids nothing more',
  },
  {
    title: 'members that JSON-RPC does not know in a response are ignored',
    cases: /^2025: a response with params$/,
    at: 'outcome',
    ours: '202',
    sdk: '400 error -32600',
    reason: 'as above',
    specification: 'JSON-RPC 2.0 section 5 says what a response has, and forbids nothing more',
  },
  {
    title: 'a 2025-era client need not accept both content types',
    cases:
      /^2025: .+, (no accept|accept: "(\*\/\*|application\/json|text\/event-stream|text\/html|Application.*)")$/,
    at: 'outcome',
    ours: '200 result',
    sdk: '406 error -32000',
    reason: 'curl and simple clients work; nothing is streamed to whoever does not accept it',
    specification:
      'basic/transports: "The client MUST include an Accept header"; nothing is said of one that does not',
  },
  {
    title: 'initialize without what nobody needs',
    cases: /^2025: initialize without (capabilities|clientInfo)$/,
    at: 'outcome',
    ours: '200 result',
    sdk: '200 error -32603',
    reason: 'no capabilities are no capabilities; an internal error would be wrong in any case',
    specification: 'basic/lifecycle: the client MUST send both; nothing is said of one that does not',
  },
  {
    title: 'a session is no duty',
    cases: /^session: a request without the session \(step 3\)$/,
    at: 'outcome',
    ours: '200 result',
    sdk: '400 error -32000',
    reason: 'a request that stands alone is answered alone',
    specification:
      'basic/transports, "Session Management": only "servers that require a session ID SHOULD respond" with 400',
  },
];
