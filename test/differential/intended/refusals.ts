import type { IntendedDifference } from './intended-difference.js';

/** What we refuse and the SDK takes, or refuses in another way. */
export const REFUSALS: readonly IntendedDifference[] = [
  {
    title: 'a cursor that this server never gave out is refused',
    cases: /^20\d\d: (resources|tools|prompts|resources\/templates)\/list with a cursor$/,
    at: 'outcome',
    ours: '200 error -32602',
    sdk: '200 result',
    reason: 'the SDK does not look at cursors',
    specification:
      'server/utilities/pagination: "Invalid cursors SHOULD result in an error with code -32602"',
  },
  {
    title: 'params that do not fit are invalid params',
    cases: 'wherever',
    at: 'outcome',
    ours: '200 error -32602',
    sdk: '200 error -32603',
    reason: 'the client erred; the SDK lets its own parse error become an internal one',
    specification: 'JSON-RPC 2.0 section 5.1: -32602 "Invalid method parameter(s)"',
  },
  {
    title: 'an argument named __proto__ is an argument',
    cases: /an argument named __proto__$/,
    at: 'outcome',
    ours: '200 tool error',
    sdk: '200 result',
    reason: 'the schema of the tool allows no such property',
    specification: 'server/tools, "Security Considerations": servers MUST validate all tool inputs',
  },
  {
    title: 'answers that are no object of answers are refused',
    cases: /^rounds: answers that are a (list|text) \(step 2\)$/,
    at: 'outcome',
    ours: '200 error -32602',
    sdk: '200 input required',
    reason: 'there is nothing in them to use',
    specification:
      'basic/patterns/mrtr, "Error Handling": servers SHOULD validate that it "is a valid `InputResponses` object"; protocol errors SHOULD return an error',
  },
  {
    title: 'an answer of an unknown action is asked for again',
    cases: /^rounds: an answer of an unknown action \(step 2\)$/,
    at: 'outcome',
    ours: '200 input required',
    sdk: '200 result',
    reason: 'the SDK leaves it to each tool to look',
    specification:
      'basic/patterns/mrtr: servers SHOULD validate "that the information inside can be correctly parsed"',
  },
  {
    title: 'a mirrored header without its argument is refused',
    cases:
      /mirrored: (a header without|an argument that is null, with a header|a nested argument whose parent is)/,
    at: 'outcome',
    ours: '400 error -32020',
    sdk: /^200 (result|tool error)$/,
    reason: 'an intermediary would act on a value that the tool never sees',
    specification:
      'basic/transports/streamable-http, "Server Validation": "MUST reject requests where the values specified in the headers do not match the corresponding values in the request body"',
  },
  {
    title: 'a mirrored header of an argument that cannot be mirrored is refused',
    cases: /mirrored: an object where a text belongs$/,
    at: 'outcome',
    ours: '400 error -32020',
    sdk: '200 tool error',
    reason: 'no header can say what an object says; the schema of the tool would refuse it next',
    specification: 'basic/transports/streamable-http, "Server Validation", as above',
  },
  {
    title: 'deep nesting is refused',
    cases: /^2025: deep nesting$/,
    at: 'outcome',
    ours: '400 error -32600',
    sdk: '200 result',
    reason: 'no recursive function shall meet it',
    specification: 'basic/index, "Composition-Keyword Resource Use": "SHOULD apply reasonable bounds"',
  },
  {
    title: 'an empty method name is no method name',
    cases: 'wherever',
    at: 'outcome',
    ours: '400 error -32600',
    sdk: /^(400 error -32020|200 error -32601)$/,
    reason: 'refused as malformed before anything is compared with it',
    specification: 'JSON-RPC 2.0 section 4: "A String containing the name of the method to be invoked"',
  },
  {
    title: 'a byte order mark is no JSON',
    cases: /a byte order mark$/,
    at: 'outcome',
    ours: '400 error -32700',
    sdk: '200 result',
    reason: 'clients must not send one',
    specification:
      'RFC 8259 section 8.1: "MUST NOT add a byte order mark"; parsers "MAY ignore the presence of a byte order mark"',
  },
  {
    title: 'a response of 2026-07-28 is refused',
    cases: /^2025: a response of 2026-07-28$/,
    at: 'outcome',
    ours: '400 error -32600',
    sdk: '202',
    reason: 'that revision has none from the client',
    specification: 'basic/transports/streamable-http: "The client MUST NOT send JSON-RPC responses"',
  },
];
