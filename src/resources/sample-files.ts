const WELCOME = `Welcome to Gatehouse!

This server is protected by OAuth 2.1. You are reading this because your
access token carries the scope mcp:resources:read.

It provides:
- Filesystem resources
- Mathematical tools
- Code review prompts
`;

const AUTHORIZATION_CODE_FLOW = `# The authorization code flow with PKCE

1. The client asks the MCP server something without a token. The answer is
   401, and its \`WWW-Authenticate\` header says where the protected resource
   metadata is.
2. That document names the authorization server; the authorization server's
   own metadata names its endpoints.
3. The client makes up a secret, the *code verifier*, and sends the user to
   the authorization endpoint with its SHA-256, the *code challenge*.
4. The user signs in, reads what the client asks for, and allows it. The
   client gets a code that lives for ten minutes and works once.
5. The client redeems the code together with the verifier. Only the program
   that made up the secret can do that, so a stolen code is worth nothing.
6. Every call to the MCP server now carries the access token, and every
   method checks that the token has the scope that it needs.
`;

const SCOPES = `# Scopes

| Scope | Needed for | Implies |
|---|---|---|
| mcp:tools:read | tools/list | |
| mcp:tools:execute | tools/call | mcp:tools:read |
| mcp:resources:list | resources/list, resources/templates/list | |
| mcp:resources:read | resources/read | mcp:resources:list |
| mcp:prompts:list | prompts/list | |
| mcp:prompts:read | prompts/get | mcp:prompts:list |

A call without the scope that it needs is answered with HTTP 403 and a
challenge that names it.
`;

/** A gate, 16 by 16 pixels: shows that resources may be binary. */
const GATE_PNG =
  'iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAYAAAAf8/9hAAAAJUlEQVR42mMQCj/5nxLMMPAGgAAKhwiAoR5dgBB71IBRA4ahAQA3kCoYKTl7SAAAAABJRU5ErkJggg==';

/** Of the deployment, for the files that name it. */
export interface PublicAddresses {
  readonly publicUrl: string;
  /** Of the authorization server's metadata. */
  readonly metadataUrl: string;
}

/** The files of a first start, by their path. */
export function sampleFiles({
  publicUrl,
  metadataUrl,
}: PublicAddresses): ReadonlyMap<string, string | Buffer> {
  const config = {
    server: { name: 'OAuth2 MCP Server', version: '1.0.0', authentication: 'oauth2' },
    capabilities: { resources: true, tools: true, prompts: true },
    endpoints: {
      mcp: `${publicUrl}/mcp`,
      oauth2_discovery: metadataUrl,
    },
  };
  const yaml = `oauth2:
  issuer: ${publicUrl}
  audience: ${publicUrl}/mcp
  pkce: S256
  lifetimes:
    authorization_code: 10m
    access_token: 1h
`;
  return new Map<string, string | Buffer>([
    ['welcome.txt', WELCOME],
    ['config.json', `${JSON.stringify(config, undefined, 2)}\n`],
    ['sample.md', AUTHORIZATION_CODE_FLOW],
    ['oauth2-config.yaml', yaml],
    ['guides/scopes.md', SCOPES],
    ['images/gate.png', Buffer.from(GATE_PNG, 'base64')],
  ]);
}
