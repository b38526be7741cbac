import { JsonRpcError } from '../json-rpc-error.js';

/** The official SDK's code for it; the protocol itself names only the status. */
const SESSION_NOT_FOUND_CODE = -32001;

/** No such session, or not the caller's. HTTP 404: the client initializes anew (2025-11-25, "Session Management"). */
export class SessionNotFound extends JsonRpcError {
  constructor() {
    super(SESSION_NOT_FOUND_CODE, 'Session not found: it has ended; initialize again');
    this.name = 'SessionNotFound';
  }
}
