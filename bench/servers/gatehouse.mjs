import 'reflect-metadata';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGatehouse } from '../../dist/roles/start-gatehouse.js';
import { freePorts } from '../setup/free-ports.mjs';
import { capabilities, changeTools } from './gatehouse-capabilities.mjs';
import { serve } from './serve.mjs';

/** All roles in one process, as `npm start` has them. Every setting that is not named here has its default. */
serve(
  async ({ tools, verification, variables = {} }) => {
    const [proxy, authorizationServer, mcp, management] = await freePorts(4);
    const dataDirectory = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
    process.once('exit', () => rmSync(dataDirectory, { recursive: true, force: true }));
    await startGatehouse({
      capabilities: capabilities(tools),
      variables: {
        PROXY_PORT: String(proxy),
        AUTHORIZATION_SERVER_PORT: String(authorizationServer),
        MCP_PORT: String(mcp),
        MANAGEMENT_PORT: String(management),
        DATA_DIR: dataDirectory,
        TOKEN_ISSUER: verification.issuer,
        TOKEN_AUDIENCE: verification.audience,
        TOKEN_JWKS_URL: verification.jwksUrl,
        // No line is written for a successful request at `info` either.
        LOG_LEVEL: 'silent',
        ...variables,
      },
    });
    return { proxy, mcp, management };
  },
  { changeTools },
);
