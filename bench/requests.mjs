const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
};

/** The operations that are measured: a JSON-RPC method with its parameters. */
export const OPERATIONS = [
  { name: 'tools/call', method: 'tools/call', params: { name: 'add', arguments: { numbers: [17, 25] } } },
  { name: 'tools/list, 30 tools', method: 'tools/list', params: {} },
];

/** A whole HTTP request as bytes, ready to be written to a socket. */
export function requestBytes({ method, params }, port, token) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: META } });
  const head = [
    'POST /mcp HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    'Accept: application/json, text/event-stream',
    'MCP-Protocol-Version: 2026-07-28',
    `Mcp-Method: ${method}`,
    ...(params.name ? [`Mcp-Name: ${params.name}`] : []),
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}
