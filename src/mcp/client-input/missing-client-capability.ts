import { JSON_RPC, JsonRpcError } from '../json-rpc-error.js';

/** The client did not declare what it would have to be asked for (2026-07-28, basic/index: -32021, HTTP 400). */
export class MissingClientCapability extends JsonRpcError {
  constructor(requiredCapabilities: Readonly<Record<string, object>>) {
    const names = Object.keys(requiredCapabilities).join(', ');
    super(JSON_RPC.missingClientCapability, `This needs a client that declares the capability ${names}`, {
      requiredCapabilities,
    });
    this.name = 'MissingClientCapability';
  }
}
