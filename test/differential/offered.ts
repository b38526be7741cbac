/** What both servers offer: names, schemas and answers. Each registers it in its own way. */

export const ECHO = {
  name: 'echo',
  title: 'Echo',
  description: 'Says it again',
  annotations: { readOnlyHint: true, openWorldHint: false },
  icons: [{ src: 'https://example.com/echo.png', mimeType: 'image/png', sizes: ['48x48'] }],
  schema: {
    type: 'object',
    properties: {
      text: { type: 'string', minLength: 1, description: 'what to say' },
      times: { type: 'integer', minimum: 1, maximum: 3 },
    },
    required: ['text'],
    additionalProperties: false,
  },
  answer: ({ text, times = 1 }: { text: string; times?: number }): string =>
    Array.from({ length: times }, () => text).join(' '),
} as const;

export const ADD = {
  name: 'math.add',
  description: 'Adds',
  input: {
    type: 'object',
    properties: { a: { type: 'number' }, b: { type: 'number' } },
    required: ['a', 'b'],
  },
  output: { type: 'object', properties: { sum: { type: 'number' } }, required: ['sum'] },
  answer: ({ a, b }: { a: number; b: number }): { sum: number } => ({ sum: a + b }),
} as const;

export const COUNT = {
  name: 'count',
  description: 'Answers an array',
  output: { type: 'array', items: { type: 'integer' } },
  answer: (): number[] => [1, 2, 3],
} as const;

/** Arguments that clients repeat in `Mcp-Param-*` headers. */
export const REGION = {
  name: 'region.pick',
  description: 'Has mirrored arguments',
  schema: {
    type: 'object',
    properties: {
      region: { type: 'string', 'x-mcp-header': 'Region' },
      shard: { type: 'integer', 'x-mcp-header': 'Shard' },
      dry: { type: 'boolean', 'x-mcp-header': 'Dry-Run' },
      owner: { type: 'object', properties: { tenant: { type: 'string', 'x-mcp-header': 'Tenant' } } },
      note: { type: ['string', 'null'], description: 'not mirrored' },
    },
  },
  answer: (args: unknown): string => JSON.stringify(args),
} as const;

export const GUARDED = {
  name: 'guarded',
  description: 'Needs a scope of its own',
  scope: 'special:do',
  answer: (): string => 'done',
} as const;

export const FAIL = { name: 'fail', description: 'Fails on purpose', message: 'on purpose' } as const;

export const REPORT = {
  name: 'report',
  description: 'Reports progress and logs',
  log: ['warning', { slow: true }, 'walker'] as const,
  answer: (): string => 'reported',
} as const;

export const ASK = {
  name: 'ask',
  description: 'Asks for a name',
  key: 'name',
  form: {
    message: 'Your name?',
    requestedSchema: {
      type: 'object' as const,
      properties: { name: { type: 'string' as const, minLength: 2 } },
      required: ['name'],
    },
  },
  answer: (name: unknown): string => `Hello ${String(name)}`,
};

/** Content of every type, and members that servers must pass through. */
export const MIXED = {
  name: 'mixed',
  description: 'Answers with every type of content',
  _meta: { 'com.example/kind': 'mixed' },
  content: [
    { type: 'text', text: 'grüße 世界 \u0000', annotations: { audience: ['user'], priority: 0.5 } },
    { type: 'image', data: 'AAEC', mimeType: 'image/png' },
    { type: 'audio', data: 'AAEC', mimeType: 'audio/wav' },
    { type: 'resource', resource: { uri: 'memo://notes', mimeType: 'text/plain', text: 'notes' } },
    { type: 'resource_link', uri: 'memo://notes', name: 'notes', description: 'a link' },
  ],
  resultMeta: { 'com.example/cost': 3 },
} as const;

export const PLAIN = {
  name: 'plain',
  description: 'A prompt without arguments',
  messages: [{ role: 'assistant', content: { type: 'text', text: 'plain' } }],
} as const;

export const GREET = {
  name: 'greet',
  title: 'Greeting',
  description: 'A prompt with arguments',
  languages: Array.from({ length: 120 }, (_, index) => `lang-${index}`),
  complete: (typed: string): string[] => GREET.languages.filter((language) => language.startsWith(typed)),
  answer: ({ name, language = 'none' }: { name: string; language?: string | undefined }) => ({
    description: 'greets',
    messages: [{ role: 'user' as const, content: { type: 'text' as const, text: `${name} in ${language}` } }],
  }),
} as const;

export const NOTES = {
  uri: 'memo://notes',
  name: 'notes',
  title: 'Notes',
  description: 'A text',
  mimeType: 'text/plain',
  size: 5,
  annotations: { audience: ['assistant' as const], priority: 1 },
  text: 'notes',
};

export const PICTURE = { uri: 'memo://picture', name: 'picture', mimeType: 'image/png', blob: 'AAEC' };

export const ITEMS = {
  uriTemplate: 'memo://items/{id}',
  name: 'items',
  description: 'Items by number',
  mimeType: 'application/json',
  known: ['1', '2', '30'],
  read: (uri: string, id: string) => [{ uri, mimeType: 'application/json', text: JSON.stringify({ id }) }],
};
