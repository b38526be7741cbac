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
 * A message to the MCP endpoint, and the headers that a client of that revision sends with it.
 * @param {{ era: keyof ERAS, id: number, method: string, params: object }} request
 * @returns {{ headers: string[], body: string }} headers as lines
 */
export function mcpMessage({ era, id, method, params }) {
  const spoken = ERAS[era];
  return {
    headers: [
      'Content-Type: application/json',
      'Accept: application/json, text/event-stream',
      ...spoken.headers(method, params),
    ],
    body: JSON.stringify({ jsonrpc: '2.0', id, method, params: spoken.params(params) }),
  };
}

/**
 * A whole POST to the MCP endpoint, ready to be written to a socket.
 * @param {{ era: keyof ERAS, id: number, method: string, params: object, port: number, token: string }} request
 * @returns {Buffer}
 */
export function httpRequest({ port, token, ...message }) {
  const { headers, body } = mcpMessage(message);
  const head = [
    'POST /mcp HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    `Authorization: Bearer ${token}`,
    ...headers,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}
