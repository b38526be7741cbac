import 'reflect-metadata';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGatehouse } from '../../../dist/roles/start-gatehouse.js';
import { freePorts } from '../../setup/free-ports.mjs';
import { serve } from '../../servers/serve.mjs';

/** All roles in one process, as `npm start` has them, asked at the public port. `variables`: which database. */
serve(async ({ variables = {} }) => {
  const [proxy, authorizationServer, mcp, management] = await freePorts(4);
  const dataDirectory = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  process.once('exit', () => rmSync(dataDirectory, { recursive: true, force: true }));
  await startGatehouse({
    variables: {
      PUBLIC_URL: `http://127.0.0.1:${proxy}`,
      PROXY_PORT: String(proxy),
      AUTHORIZATION_SERVER_PORT: String(authorizationServer),
      MCP_PORT: String(mcp),
      MANAGEMENT_PORT: String(management),
      DATA_DIR: dataDirectory,
      LOG_LEVEL: 'silent',
      // Every flow comes from one address here.
      RATE_LIMITS: 'false',
      ...variables,
    },
  });
  return { public: proxy };
});
