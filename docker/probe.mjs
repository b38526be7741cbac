// Asks a deployment whether clients can begin: the discovery documents to the byte, the challenge without a token, health and
// metrics. `helm test` runs it in the image of the servers, so that nothing else is pulled.
import { request } from 'node:http';

const PATIENCE_MS = 15_000;
const ONE_TRY_MS = 5_000;

const { origin, pathname } = new URL(required('PUBLIC_URL'));
/** Documents have their well-known part in front of it (RFC 8414 section 3.1, RFC 9728 section 3.1), everything else behind it. */
const prefix = pathname.replace(/\/$/, '');
const publicUrl = `${origin}${prefix}`;
const gatehouseUrl = required('GATEHOUSE_URL');
const managementUrl = required('MANAGEMENT_URL');
/** Without an authorization server of our own, its document is that of another one, and there are no keys of ours. */
const isExternal = process.env.AUTHORIZATION === 'external';

const checks = {
  'protected resource metadata (RFC 9728)': async () => {
    const document = await json(gatehouseUrl, `/.well-known/oauth-protected-resource${prefix}/mcp`);
    same('resource', document.resource, `${publicUrl}/mcp`);
    if (!Array.isArray(document.authorization_servers) || document.authorization_servers.length === 0) {
      throw new Error('authorization_servers names none');
    }
    return document.authorization_servers[0];
  },
  'authorization server metadata (RFC 8414)': async () => {
    const document = await json(gatehouseUrl, `/.well-known/oauth-authorization-server${prefix}`);
    if (isExternal) {
      const { authorization_servers: servers } = await json(
        gatehouseUrl,
        `/.well-known/oauth-protected-resource${prefix}/mcp`,
      );
      same('issuer', document.issuer, servers[0]);
      return document.issuer;
    }
    same('issuer', document.issuer, publicUrl);
    for (const member of ['authorization_endpoint', 'token_endpoint', 'jwks_uri']) {
      if (!String(document[member]).startsWith(`${publicUrl}/`)) {
        throw new Error(`${member} is ${document[member]}, not below ${publicUrl}`);
      }
    }
    return document.issuer;
  },
  'keys (RFC 7517)': async () => {
    const { keys } = await json(gatehouseUrl, `${prefix}/.well-known/jwks.json`);
    if (!Array.isArray(keys) || keys.length === 0) throw new Error('there is none');
    if (keys.some((key) => 'd' in key)) throw new Error('a private key is published');
    return `${keys.length}`;
  },
  'challenge without a token (RFC 6750)': async () => {
    const { status, headers } = await ask(gatehouseUrl, `${prefix}/mcp`, 'POST');
    same('status', status, 401);
    const challenge = headers['www-authenticate'] ?? '';
    const metadata = `resource_metadata="${origin}/.well-known/oauth-protected-resource${prefix}/mcp"`;
    if (!challenge.includes(metadata))
      throw new Error(`WWW-Authenticate is ${challenge}, without ${metadata}`);
    return metadata;
  },
  'internal paths stay inside': async () => {
    const { status } = await ask(gatehouseUrl, `${prefix}/internal/revocations`, 'GET');
    same('status', status, 404);
    return '404';
  },
  readiness: async () => (await json(managementUrl, '/health/ready')).status,
  metrics: async () => {
    const { status, body } = await ask(managementUrl, '/metrics', 'GET');
    same('status', status, 200);
    if (!body.includes('# TYPE gatehouse_')) throw new Error('none begins with gatehouse_');
    return `${body.split('\n').filter((line) => line.startsWith('# TYPE')).length}`;
  },
};

if (isExternal) delete checks['keys (RFC 7517)'];

const deadline = Date.now() + PATIENCE_MS;
for (const [name, check] of Object.entries(checks)) await report(name, check);

/** A Service may need a moment to send everything to new pods: a check is made again until the time is over. */
async function report(name, check) {
  for (;;) {
    try {
      console.log(`ok      ${name}: ${await check()}`);
      return;
    } catch (error) {
      if (Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 500));
        continue;
      }
      console.log(`failed  ${name}: ${error.message}`);
      process.exitCode = 1;
      return;
    }
  }
}

async function json(base, path) {
  const { status, body } = await ask(base, path, 'GET');
  same('status', status, 200);
  return JSON.parse(body);
}

/** Goes to the Service, under the name that clients use: every other one is refused. */
function ask(base, path, method) {
  const host = base === managementUrl ? undefined : { host: new URL(origin).host };
  return new Promise((resolve, reject) => {
    const sent = request(
      new URL(path, base),
      { method, headers: { accept: 'application/json', ...host }, signal: AbortSignal.timeout(ONE_TRY_MS) },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => (body += chunk));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

function same(what, actual, expected) {
  if (actual !== expected) throw new Error(`${what} is ${actual}, not ${expected}`);
}

function required(name) {
  const value = process.env[name];
  if (value) return value;
  console.log(`failed  ${name} is not set`);
  return process.exit(2);
}
