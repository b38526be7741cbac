import { ToolError } from '../tool-result.js';

/** The client was asked and gave no answer that can be used. As the answer of a tool, the model reads why. */
export class ClientInputFailed extends ToolError {}
