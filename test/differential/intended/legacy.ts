import type { IntendedDifference } from './intended-difference.js';

/** What differs in the 2025 era alone. */
export const LEGACY: readonly IntendedDifference[] = [
  {
    title: 'initialize opens a session',
    cases: /^2025: initialize (?!without a version$|with a version that is|with a modern|with an unknown)/,
    at: 'headers/mcp-session-id',
    ours: '(opaque)',
    reason: 'the stateless leg of the SDK has none',
    specification: 'basic/transports, "Session Management": "MAY assign a session ID at initialization time"',
  },
  {
    title: 'only the answer to initialize carries the session',
    cases: 'wherever',
    at: 'headers/mcp-session-id',
    sdk: '(opaque)',
    reason: 'the client knows it by then',
    specification:
      'basic/transports, "Session Management": the id is on "the HTTP response containing the `InitializeResult`"',
  },
  {
    title: 'a resource is not found in the words of its era',
    cases: /^2025: (an unknown resource( of a template)?|a resource URI that is no URI)$/,
    at: 'outcome',
    ours: '200 error -32002',
    sdk: '200 error -32602',
    reason: 'the SDK answers in those of 2026-07-28',
    specification: '2025-11-25, server/resources, "Error Handling": "Resource not found: `-32002`"',
  },
  {
    title: 'an output that is no object is not described to 2025-era clients',
    cases: 'wherever',
    at: /^messages\/0\/result\/tools\/\d+\/outputSchema$/,
    sdk: /^\{"type":"object","properties":\{"result":\{"type":"array"/,
    reason: 'the SDK wraps it into an object that the tool never declared',
    specification:
      '2025-11-25, schema: `outputSchema` is optional, and "Currently restricted to type: "object" at the root level"',
  },
  {
    title: 'structured content that is no object is text for 2025-era clients',
    cases: /^2025: an array as structured content$/,
    at: 'messages/0/result/structuredContent',
    sdk: { result: [1, 2, 3] },
    reason: 'as above; the text says the same',
    specification: '2025-11-25, schema: `structuredContent?: { [key: string]: unknown }`',
  },
  {
    title: 'initialize of an unknown version in the header is refused in the words of its era',
    cases: /^2025: initialize with an unknown version header$/,
    at: 'outcome',
    ours: '400 error -32000',
    sdk: '400 error -32020',
    reason: 'a handshake is of the 2025 era',
    specification:
      '2025-11-25, basic/transports: "invalid or unsupported `MCP-Protocol-Version`, it MUST respond with `400 Bad Request`"',
  },
  {
    title: 'subscriptions belong to a session',
    cases: /^2025: resources\/(un)?subscribe without a session$/,
    at: 'outcome',
    ours: '200 error -32602',
    sdk: '200 error -32601',
    reason: 'a session could do it; the SDK has no handler though its capabilities say so',
    specification: '2025-11-25, server/resources, "Subscriptions"',
  },
  {
    title: 'a question that cannot be asked fails in our own words',
    cases:
      /^(2025: a question without a session|session: a question to a client that cannot be asked \(step 3\))$/,
    at: 'messages/0/result/content/0/text',
    ours: /takes a session|declares the capability elicitation/,
    sdk: /did not declare the required capability/,
    reason: 'words for a model',
    specification:
      '2025-11-25, server/tools, "Error Handling": tool execution errors contain "actionable feedback"',
  },
  {
    title: 'batches are of 2025-03-26 alone',
    cases:
      /^2025-(11-25|06-18): a batch of (one request|requests|a request and a notification|notifications)$|^2025-(11-25|06-18): a batch with one unknown method$|^2025: .+, a batch of one$/,
    at: 'outcome',
    ours: '400 error -32600',
    sdk: /^20[02]/,
    reason: 'the SDK takes them from every client',
    specification:
      '2025-06-18 and later, basic/transports: "The body of the POST request MUST be a single JSON-RPC" message',
  },
  {
    title: 'the answers of a batch come in the order of its requests',
    cases: /^2025-03-26: a batch with one unknown method$/,
    at: 'outcome',
    ours: '200 result, error -32601',
    sdk: '200 error -32601, result',
    reason: 'they are sent together',
    specification: 'JSON-RPC 2.0 section 6: they MAY be "in any order"',
  },
  {
    title: 'a modern request in a batch of 2025-03-26 contradicts its header',
    cases: /^2025-03-26: a batch with a modern request$/,
    at: 'outcome',
    ours: '400 error -32020',
    sdk: '400 error -32600',
    reason: 'either is wrong with it',
    specification:
      'basic/transports/streamable-http, "Protocol Version Header": "The header value MUST match"',
  },
  {
    title: 'a header that names an unknown version makes no request modern',
    cases: /^2025: .+, mcp-protocol-version: "2099-01-01"$/,
    at: 'outcome',
    ours: '400 error -32000',
    sdk: '400 error -32602',
    reason: 'without _meta it is a request of the 2025 era, of a version that is not supported',
    specification:
      '2025-11-25, basic/transports: "invalid or unsupported `MCP-Protocol-Version`, it MUST respond with `400 Bad Request`"',
  },
];
