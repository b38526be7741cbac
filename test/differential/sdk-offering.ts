import {
  completable,
  createRequestStateCodec,
  fromJsonSchema,
  inputRequired,
  McpServer,
  requireScopes,
  ResourceNotFoundError,
  ResourceTemplate,
  type CallToolResult,
  type GetPromptResult,
  type McpServerOptions,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import {
  ADD,
  ASK,
  COUNT,
  ECHO,
  FAIL,
  GREET,
  GUARDED,
  ITEMS,
  MIXED,
  NOTES,
  PICTURE,
  PLAIN,
  REGION,
  REPORT,
} from './offered.js';
import { LANGUAGE, NAME } from './prompt-arguments.js';

/** Made once: a schema cannot be made completable twice. */
const GREETING = z.object({
  name: NAME,
  language: completable(LANGUAGE, (typed) => GREET.complete(typed)).optional(),
});

/** Seals the state of multi round-trip requests. */
export const STATES = createRequestStateCodec({ key: 'a key of a test, more than 32 characters' });

type Implementation = ConstructorParameters<typeof McpServer>[0];

/** Registers what is offered in a server of the official SDK. */
export function sdkServer(implementation: Implementation, options: McpServerOptions): McpServer {
  const server = new McpServer(implementation, options);
  registerTools(server);
  registerConversations(server);
  registerPrompts(server);
  registerResources(server);
  return server;
}

function registerTools(server: McpServer): void {
  const { title, description, annotations } = ECHO;
  const icons = ECHO.icons.map((icon) => ({ ...icon, sizes: [...icon.sizes] }));
  server.registerTool(
    ECHO.name,
    { title, description, annotations, icons, inputSchema: fromJsonSchema(copy(ECHO.schema)) },
    (args) => text(ECHO.answer(args as Parameters<typeof ECHO.answer>[0])),
  );
  server.registerTool(
    ADD.name,
    {
      description: ADD.description,
      inputSchema: fromJsonSchema(copy(ADD.input)),
      outputSchema: fromJsonSchema(copy(ADD.output)),
    },
    (args) => structured(ADD.answer(args as Parameters<typeof ADD.answer>[0])),
  );
  server.registerTool(
    COUNT.name,
    { description: COUNT.description, outputSchema: fromJsonSchema(copy(COUNT.output)) },
    () => structured(COUNT.answer()),
  );
  server.registerTool(
    REGION.name,
    { description: REGION.description, inputSchema: fromJsonSchema(copy(REGION.schema)) },
    (args) => text(REGION.answer(args)),
  );
  server.registerTool(
    GUARDED.name,
    { description: GUARDED.description, scopeChallenge: requireScopes(GUARDED.scope) },
    () => text(GUARDED.answer()),
  );
  server.registerTool(FAIL.name, { description: FAIL.description }, () => {
    throw new Error(FAIL.message);
  });
}

/** Tools that say more than their answer. */
function registerConversations(server: McpServer): void {
  server.registerTool(REPORT.name, { description: REPORT.description }, async ({ mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken;
    if (progressToken !== undefined) {
      const params = { progressToken, progress: 1, total: 2, message: 'half' };
      await mcpReq.notify({ method: 'notifications/progress', params });
      await mcpReq.notify({
        method: 'notifications/progress',
        params: { progressToken, progress: 2, total: 2 },
      });
    }
    await mcpReq.log(...REPORT.log);
    return text(REPORT.answer());
  });
  server.registerTool(ASK.name, { description: ASK.description }, async ({ mcpReq }) => {
    const answer = mcpReq.inputResponses?.[ASK.key] as { action: string; content?: { name?: unknown } };
    if (answer === undefined || (answer.action === 'accept' && !isName(answer.content?.name))) {
      return inputRequired({
        inputRequests: { [ASK.key]: inputRequired.elicit(ASK.form) },
        requestState: await STATES.mint({}),
      });
    }
    return text(ASK.answer(answer.action === 'accept' ? answer.content?.name : answer.action));
  });
  server.registerTool(
    MIXED.name,
    { description: MIXED.description, _meta: MIXED._meta },
    () => copy({ content: MIXED.content, _meta: MIXED.resultMeta }) as unknown as CallToolResult,
  );
}

function registerPrompts(server: McpServer): void {
  server.registerPrompt(
    PLAIN.name,
    { description: PLAIN.description },
    () => copy({ messages: PLAIN.messages }) as unknown as GetPromptResult,
  );
  server.registerPrompt(
    GREET.name,
    { title: GREET.title, description: GREET.description, argsSchema: GREETING },
    (args) => GREET.answer(args),
  );
}

function registerResources(server: McpServer): void {
  const { uri, name, text: notes, ...described } = NOTES;
  server.registerResource(name, uri, described, ({ href }) => ({
    contents: [{ uri: href, mimeType: NOTES.mimeType, text: notes }],
  }));
  const { mimeType, blob } = PICTURE;
  server.registerResource(PICTURE.name, PICTURE.uri, { mimeType }, ({ href }) => ({
    contents: [{ uri: href, mimeType, blob }],
  }));
  const { uriTemplate, name: template, description, mimeType: itemType, known, read } = ITEMS;
  const items = new ResourceTemplate(uriTemplate, {
    list: () => ({ resources: known.map((id) => ({ uri: `memo://items/${id}`, name: id })) }),
    complete: { id: (typed) => known.filter((id) => id.startsWith(typed)) },
  });
  server.registerResource(template, items, { description, mimeType: itemType }, ({ href }, { id }) => {
    if (!known.includes(String(id))) throw new ResourceNotFoundError(href);
    return { contents: read(href, String(id)) };
  });
}

function text(said: string): CallToolResult {
  return { content: [{ type: 'text', text: said }] };
}

function structured(structuredContent: CallToolResult['structuredContent']): CallToolResult {
  return { ...text(JSON.stringify(structuredContent, undefined, 2)), structuredContent };
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value.length >= 2;
}

function copy(value: object): Record<string, unknown> {
  return structuredClone(value) as Record<string, unknown>;
}
