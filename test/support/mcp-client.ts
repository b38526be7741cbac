export {
  ERAS,
  rpc,
  type RpcAnswer,
  type RpcOptions,
  rpcRequest,
  rpcResult,
  type Version,
} from '../../src/testing/client/rpc-request.js';
