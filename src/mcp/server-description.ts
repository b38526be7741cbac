import type { ServerInfo } from './result-envelope.js';

/** How this server introduces itself. */
export abstract class ServerDescription {
  abstract readonly serverInfo: ServerInfo;
  /** For the model: how the parts of this server belong together. */
  abstract readonly instructions: string;
}
