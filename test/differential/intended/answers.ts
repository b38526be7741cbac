import type { IntendedDifference } from './intended-difference.js';

/** What two good answers may say in different ways. */
export const ANSWERS: readonly IntendedDifference[] = [
  {
    title: 'server/discover and version errors name the versions of both eras',
    cases: 'wherever',
    at: /^messages\/0\/(result\/supportedVersions|error\/data\/supported)\/[123]$/,
    ours: /^2025-/,
    reason: 'this server speaks them, on the same endpoint',
    specification:
      'basic/versioning, "Protocol Version Negotiation": "listing the versions it does support", with 2025-11-25 in the example',
  },
  {
    title: 'a tool without arguments says that it takes none',
    cases: 'wherever',
    at: /^messages\/0\/result\/tools\/\d+\/inputSchema\/additionalProperties$/,
    ours: false,
    reason: 'the recommended form',
    specification:
      'server/tools: `{ "type": "object", "additionalProperties": false }` - "Recommended: explicitly accepts only empty objects"',
  },
  {
    title: 'a listed resource says of itself what its lister says, and nothing of the template',
    cases: 'wherever',
    at: /^messages\/0\/result\/resources\/\d+\/(description|mimeType)$/,
    sdk: /^(Items by number|application\/json)$/,
    reason: 'the description of a template describes the template; files of one template have many types',
    specification: 'server/resources, "Data Types": description and mimeType are optional',
  },
  {
    title: 'a completion without suggestions counts them all the same',
    cases:
      /completion (of an? (argument without suggestions|unknown argument)|for a (prompt without arguments|fixed resource))$/,
    at: 'messages/0/result/completion/total',
    ours: 0,
    reason: 'one shape for every answer',
    specification: 'server/utilities/completion: `total` is optional',
  },
  {
    title: 'a form is asked for without saying that it is one',
    cases: 'wherever',
    at: 'messages/0/result/inputRequests/name/params/mode',
    sdk: 'form',
    reason: 'it is what is meant where nothing is said',
    specification: 'client/elicitation: a request without `mode` is one for a form',
  },
  {
    title: 'the missing capability is elicitation, of which forms are the least',
    cases:
      /^(2026: a question to a client that cannot be asked|rounds: another client, which cannot be asked \(step 2\))$/,
    at: 'messages/0/error/data/requiredCapabilities/elicitation/form',
    sdk: {},
    reason: 'both say the same',
    specification:
      'client/elicitation, "Capabilities": an empty `elicitation` is equivalent to one with `form` alone',
  },
  {
    title: 'an error says nothing more than its code and its words',
    cases: 'wherever',
    at: /^messages\/0\/error\/data$/,
    sdk: /^\{"(mismatch|envelope)":/,
    reason: 'the words name the header or the member; the members of the SDK are its own',
    specification: 'basic/index, "Error Responses": "Error responses MAY include a `data` member"',
  },
  {
    title: 'the error of a resource URI names the URI alone',
    cases: /^2026: (a resource URI that is no URI|an empty resource URI)$/,
    at: 'messages/0/error/data/reason',
    sdk: 'invalid_uri',
    reason: 'a URI that no resource has is not found, whatever it looks like',
    specification: 'server/resources, "Error Handling": -32602 with the URI in `data`',
  },
  {
    title: 'an empty list of resources is acknowledged as one',
    cases: /listening to no resources$/,
    at: 'messages/0/params/notifications/resourceSubscriptions',
    ours: [],
    reason: 'it repeats what was asked for',
    specification:
      'basic/patterns/subscriptions: the acknowledgment "reflects the subset the server agreed to honor"',
  },
  {
    title: 'nobody can listen to a resource that nobody can read',
    cases: /listening to an unknown resource$/,
    at: 'messages/0/params/notifications/resourceSubscriptions/0',
    sdk: 'memo://unknown',
    reason: 'what can never be told of is not acknowledged',
    specification:
      'basic/patterns/subscriptions: the acknowledgment "reflects the subset the server agreed to honor"',
  },
  {
    title: 'an error carries the id that could be read',
    cases: 'wherever',
    at: 'messages/0/id',
    ours: 1,
    sdk: null,
    reason:
      'the SDK leaves it out where the message is otherwise malformed, and in all that its transport refuses',
    specification:
      'basic/index: "Error responses MUST include the same ID as the request they correspond to (except in error cases where the ID could not be read)"',
  },
  {
    title: 'an id that is no id is not repeated',
    cases: /, ("id": 1\.5|an id beyond the safe integers)$/,
    at: 'messages/0/id',
    ours: null,
    sdk: /^(1\.5|9007199254740992)$/,
    reason: 'the request is refused for it; a number that was rounded is another id',
    specification:
      'basic/index: "Requests MUST include a string or integer ID"; JSON-RPC 2.0 section 5: else Null',
  },
];
