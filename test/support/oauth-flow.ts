export {
  authorize,
  callbackParameters,
  type CodeAndVerifier,
  freshCode,
  INSPECTOR,
  redeem,
  tokenFor,
  type TokenResponse,
} from '../../src/testing/tokens/authorization-code-flow.js';
