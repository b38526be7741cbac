const ERAS = {
  '2026-07-28': {
    params: (params) => ({
      ...params,
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientCapabilities': {},
        'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
      },
    }),
    headers: (method, { name, uri }) => [
      'MCP-Protocol-Version: 2026-07-28',
      `Mcp-Method: ${method}`,
      ...((name ?? uri) ? [`Mcp-Name: ${name ?? uri}`] : []),
    ],
  },
  '2025-11-25': {
    params: (params) => params,
    headers: () => ['MCP-Protocol-Version: 2025-11-25'],
  },
};

/**
 * A whole POST to the MCP endpoint, ready to be written to a socket.
 * @param {{ era: keyof ERAS, id: number, method: string, params: object, port: number, token: string }} request
 * @returns {Buffer}
 */
export function httpRequest({ era, id, method, params, port, token }) {
  const spoken = ERAS[era];
  const body = JSON.stringify({ jsonrpc: '2.0', id, method, params: spoken.params(params) });
  const head = [
    'POST /mcp HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    'Accept: application/json, text/event-stream',
    ...spoken.headers(method, params),
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}
