import type { Annotations } from './decorators/presentation.js';

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

/** A resource that the client can read when it wants to. */
export interface ResourceLink {
  type: 'resource_link';
  uri: string;
  name: string;
  title?: string;
  description?: string;
  mimeType?: string;
}

export type Content = (TextContent | BinaryContent | EmbeddedResource | ResourceLink) & {
  annotations?: Annotations;
  _meta?: Readonly<Record<string, unknown>>;
};

export type ResourceContents = {
  uri: string;
  mimeType?: string;
  _meta?: Readonly<Record<string, unknown>>;
} & (
  | { text: string }
  /** base64 */
  | { blob: string }
);

export interface ToolResult {
  content: Content[];
  /** Any JSON value in 2026-07-28; an object before. */
  structuredContent?: unknown;
  isError?: boolean;
  _meta?: Readonly<Record<string, unknown>>;
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
