import type { Content } from '../tool-result.js';

/** A question to the user (MCP client/elicitation). */
export type Elicitation =
  | {
      mode?: 'form';
      message: string;
      /** A flat object schema of primitive properties. */
      requestedSchema: Record<string, unknown>;
    }
  | {
      mode: 'url';
      message: string;
      /** Where the user does what must not pass through the client, such as signing in elsewhere. */
      url: string;
      elicitationId: string;
    };

export interface ElicitationAnswer {
  action: 'accept' | 'decline' | 'cancel';
  /** With `accept` of a form: what the user filled in, checked against the requested schema. */
  content?: Record<string, unknown>;
}

/** A question to the client's model (MCP client/sampling). */
export interface Sampling {
  messages: readonly { role: 'user' | 'assistant'; content: Content | readonly Content[] }[];
  maxTokens: number;
  systemPrompt?: string;
  temperature?: number;
  stopSequences?: readonly string[];
  modelPreferences?: Record<string, unknown>;
  metadata?: Record<string, unknown>;
}

export interface SamplingAnswer {
  role: 'user' | 'assistant';
  content: Content | Content[];
  model: string;
  stopReason?: string;
}

/** The folders that the client lets the server know of (MCP client/roots). */
export interface RootsAnswer {
  roots: { uri: string; name?: string }[];
}

/** What a client declares that it can be asked for. */
export type ClientCapabilities = Readonly<Record<string, unknown>>;
