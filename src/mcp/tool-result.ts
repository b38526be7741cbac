export interface TextContent {
  type: 'text';
  text: string;
}

export interface BinaryContent {
  type: 'image' | 'audio';
  /** base64 */
  data: string;
  mimeType: string;
}

export interface EmbeddedResource {
  type: 'resource';
  resource: ResourceContents;
}

export type Content = TextContent | BinaryContent | EmbeddedResource;

export type ResourceContents = { uri: string; mimeType?: string } & ({ text: string } | { blob: string });

export interface ToolResult {
  content: Content[];
  structuredContent?: Record<string, unknown>;
  isError?: boolean;
}

export interface PromptMessage {
  role: 'user' | 'assistant';
  content: Content;
}

export interface PromptResult {
  description?: string;
  messages: PromptMessage[];
}

/** A failure that the model should read and can act on, such as a division by zero. Becomes `isError: true`. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
}
