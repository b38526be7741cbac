import type { IntendedDifference } from './intended-difference.js';

/** What differs in HTTP around the messages. */
export const HTTP: readonly IntendedDifference[] = [
  {
    title: 'what is refused for its origin or host gets an error without an id',
    cases: /^HTTP: (a foreign origin|an origin that is none|a foreign host)$/,
    at: 'messages/0/id',
    sdk: null,
    reason: 'the body was never looked at',
    specification:
      'basic/transports/streamable-http, "Security & Endpoint": "MAY comprise a JSON-RPC error response that has no `id`"',
  },
  {
    title: 'the endpoint takes OPTIONS too',
    cases: /^HTTP: (GET|DELETE|HEAD|PUT|PATCH)/,
    at: 'headers/allow',
    ours: 'POST, OPTIONS',
    sdk: 'POST',
    reason: 'browsers ask before they send a token',
    specification:
      'RFC 9110 section 10.2.1: Allow lists the methods that the target resource supports; Fetch, "CORS-preflight request"',
  },
  {
    title: 'an answer to HEAD has no body',
    cases: /^HTTP: HEAD/,
    at: 'outcome',
    ours: '405',
    sdk: '405 error -32000',
    reason: 'the SDK leaves that to the server around it',
    specification: 'RFC 9110 section 9.3.2: the server "MUST NOT send content in the response"',
  },
  {
    title: 'OPTIONS is answered for browsers',
    cases: /^HTTP: OPTIONS/,
    at: 'outcome',
    ours: '204',
    sdk: '405 error -32000',
    reason: 'a page on another origin cannot ask with a token before it has asked so',
    specification: 'Fetch, "CORS-preflight fetch"',
  },
  {
    title: 'an answer that is no refusal needs no Allow',
    cases: /^HTTP: OPTIONS/,
    at: 'headers/allow',
    sdk: 'POST',
    reason: 'the preflight has its own headers',
    specification:
      'RFC 9110 section 10.2.1: a server "MUST generate an Allow header field in a 405" answer, and need not elsewhere',
  },
  {
    title: 'a challenge without a token names no error',
    cases: /^token: none/,
    at: 'headers/www-authenticate',
    ours: /^Bearer scope="[a-z: ]+", resource_metadata="http[^"]+"$/,
    sdk: /^Bearer error="invalid_token", .*resource_metadata="http[^"]+"$/,
    reason: 'nothing was wrong with a token that was not there',
    specification:
      'RFC 6750 section 3.1: without authentication information "the resource server SHOULD NOT include an error code"',
  },
  {
    title: 'a refusal without a token says so',
    cases: /^token: none/,
    at: /^messages\/0\/error$/,
    ours: 'unauthorized',
    sdk: 'invalid_token',
    reason: 'as the challenge',
    specification: 'RFC 6750 section 3.1, as above; the body has no form there',
  },
  {
    title: 'a challenge names the scopes',
    cases: /^token: one that is no token$/,
    at: 'headers/www-authenticate',
    ours: /^Bearer error="invalid_token", .*, scope="[a-z: ]+", resource_metadata="http[^"]+"$/,
    sdk: /^Bearer error="invalid_token", .*resource_metadata="http[^"]+"$/,
    reason: 'the client learns what to ask for',
    specification:
      'basic/authorization, "Scope Selection": the server SHOULD include `scope` in the challenge',
  },
  {
    title: 'the body of a refusal is for people',
    cases: /^token: (none|one that is no token)/,
    at: 'messages/0/error_description',
    ours: /access token/,
    sdk: /^(Missing Authorization header|unknown token)$/,
    reason: 'words',
    specification: 'RFC 6750 section 3: a human-readable explanation',
  },
  {
    title: 'the body of a refusal repeats where to begin',
    cases: /^token: (none|one that is no token)/,
    at: 'messages/0/resource_metadata',
    ours: /^http/,
    reason: 'some people read bodies before headers',
    specification: 'basic/authorization: the header is what counts; the body has no form there',
  },
  {
    title: 'methods have scopes',
    cases: /^token: one without the scope of the method$/,
    at: 'outcome',
    ours: '403 error 403',
    sdk: '200 result',
    reason: 'the SDK knows scopes of single tools only',
    specification: 'basic/authorization, "Runtime Insufficient Scope Errors": HTTP 403',
  },
  {
    title: 'a missing scope is said in JSON-RPC too',
    cases: /a tool without the scope that it needs$/,
    at: 'outcome',
    ours: '403 error 403',
    sdk: '403 no message',
    reason: 'an MCP client finds the answer to its request in it',
    specification:
      'basic/index, "Error Responses": "MUST include the same ID as the request"; new codes "SHOULD be allocated outside the JSON-RPC reserved range"',
  },
  {
    title: 'a missing scope of a tool is challenged with all that the call needs',
    cases: /a tool without the scope that it needs$/,
    at: 'headers/www-authenticate',
    ours: /^Bearer error="insufficient_scope", .*, scope="mcp:tools:execute special:do", resource_metadata="http/,
    sdk: /^Bearer error="insufficient_scope", .*, scope="special:do"$/,
    reason: 'the method has a scope, and the tool one of its own',
    specification:
      'basic/authorization, "Runtime Insufficient Scope Errors": the scopes "needed for the current operation"',
  },
  {
    title: 'a missing scope of a method is challenged',
    cases: /^token: one without the scope of the method$/,
    at: 'headers/www-authenticate',
    ours: /^Bearer error="insufficient_scope", .*, scope="mcp:tools:execute", resource_metadata="http/,
    reason: 'as above',
    specification: 'basic/authorization, "Runtime Insufficient Scope Errors"',
  },
  {
    title: 'who listens must accept a stream',
    cases: /listening without accepting a stream$/,
    at: 'outcome',
    ours: '200 error -32602',
    sdk: '200 notifications/subscriptions/acknowledged',
    reason: 'there is no other way to answer',
    specification:
      'basic/transports/streamable-http, "Sending Messages": the client MUST accept both content types',
  },
];
