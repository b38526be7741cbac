#!/usr/bin/env node
// Prepares a realm of a Keycloak for Gatehouse through its admin API: what docs/keycloak.md does by hand. What is there already stays.
//
//   scripts/keycloak-realm.mjs --resource http://127.0.0.1:3002/mcp [--keycloak http://127.0.0.1:8080] [--realm gatehouse]
//     [--redirect-uri http://127.0.0.1:49152/callback ...] [--gatehouse http://127.0.0.1:3002] [--registration-host 127.0.0.1 ...]
//
// Prints what was made, as JSON. Without --keycloak it is the one that scripts/keycloak.mjs started. KEYCLOAK_ADMIN_PASSWORD is the password
// of its administrator, `admin`.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    keycloak: { type: 'string', default: '' },
    realm: { type: 'string', default: 'gatehouse' },
    resource: { type: 'string', default: 'http://127.0.0.1:3002/mcp' },
    gatehouse: { type: 'string', default: 'http://127.0.0.1:3002' },
    /** Hosts whose clients may register themselves. */
    'registration-host': { type: 'string', multiple: true, default: [] },
    'redirect-uri': { type: 'string', multiple: true, default: ['http://127.0.0.1/callback'] },
  },
});
const { env } = process;
const keycloak = options.keycloak || startedKeycloak();
const realm = encodeURIComponent(options.realm);

/** What clients may ask for, and what the consent page says. */
const SCOPES = {
  'mcp:tools:read': 'List tools',
  'mcp:tools:execute': 'Call tools',
  'mcp:resources:list': 'List resources',
  'mcp:resources:read': 'Read resources',
  'mcp:prompts:list': 'List prompts',
  'mcp:prompts:read': 'Get prompts',
};
/** Of a client that asks for nothing: the rest by step-up. */
const BASELINE = 'mcp:tools:read';

const accessToken = await administrator();
await make('/admin/realms', {
  realm: options.realm,
  enabled: true,
  accessTokenLifespan: 300,
  revokeRefreshToken: true,
});

for (const [name, text] of Object.entries(SCOPES)) {
  await make(`/admin/realms/${realm}/client-scopes`, {
    name,
    protocol: 'openid-connect',
    attributes: {
      'include.in.token.scope': 'true',
      'display.on.consent.screen': 'true',
      'consent.screen.text': text,
    },
    // In every scope of ours: a client that registers itself for some scopes has no others, not even those that all clients have.
    protocolMappers: [
      mapper('audience', 'oidc-audience-mapper', { 'included.custom.audience': options.resource }),
      // Keycloak tells a client nothing about tokens that are not for it.
      mapper('introspection', 'oidc-audience-mapper', { 'included.client.audience': 'gatehouse' }),
    ],
  });
}
const clientScopes = await get(`/admin/realms/${realm}/client-scopes`);
// The realm's own, so that clients which register themselves have them as well.
for (const name of Object.keys(SCOPES)) {
  await assignRealmScope(
    name === BASELINE ? 'default-default-client-scopes' : 'default-optional-client-scopes',
    name,
  );
}

await make(`/admin/realms/${realm}/clients`, {
  clientId: 'mcp-client',
  name: 'MCP client',
  publicClient: true,
  standardFlowEnabled: true,
  directAccessGrantsEnabled: false,
  consentRequired: false,
  redirectUris: options['redirect-uri'],
  attributes: { 'pkce.code.challenge.method': 'S256' },
  protocolMappers: [
    mapper('groups', 'oidc-group-membership-mapper', { 'claim.name': 'groups', 'full.path': 'false' }),
  ],
});
// Gatehouse itself: for introspection, and for sign-in (SIGN_IN_MODE=openid).
await make(`/admin/realms/${realm}/clients`, {
  clientId: 'gatehouse',
  name: 'Gatehouse',
  publicClient: false,
  standardFlowEnabled: true,
  directAccessGrantsEnabled: false,
  redirectUris: [`${options.gatehouse}/sign-in/callback/keycloak`],
  attributes: { 'pkce.code.challenge.method': 'S256', 'post.logout.redirect.uris': `${options.gatehouse}/*` },
  protocolMappers: [
    mapper('groups', 'oidc-group-membership-mapper', { 'claim.name': 'groups', 'full.path': 'false' }),
  ],
});
const [gatehouse] = await get(`/admin/realms/${realm}/clients?clientId=gatehouse`);
const { value: clientSecret } = await get(`/admin/realms/${realm}/clients/${gatehouse.id}/client-secret`);

await make(`/admin/realms/${realm}/groups`, { name: 'engineers' });
await make(`/admin/realms/${realm}/roles`, { name: 'mcp-reader' });
await make(`/admin/realms/${realm}/clients/${gatehouse.id}/roles`, { name: 'mcp-executor' });
const password = randomBytes(12).toString('base64url');
const isNew = await make(`/admin/realms/${realm}/users`, {
  username: 'alice',
  enabled: true,
  firstName: 'Alice',
  lastName: 'Example',
  email: 'alice@example.com',
  emailVerified: true,
  groups: ['engineers'],
  credentials: [{ type: 'password', value: password, temporary: false }],
});
const [alice] = await get(`/admin/realms/${realm}/users?username=alice&exact=true`);
await make(`/admin/realms/${realm}/users/${alice.id}/role-mappings/realm`, [
  await get(`/admin/realms/${realm}/roles/mcp-reader`),
]);
await make(`/admin/realms/${realm}/users/${alice.id}/role-mappings/clients/${gatehouse.id}`, [
  await get(`/admin/realms/${realm}/clients/${gatehouse.id}/roles/mcp-executor`),
]);

if (options['registration-host'].length > 0) {
  const type = 'org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy';
  const policies = await get(`/admin/realms/${realm}/components?type=${type}`);
  const policy = policies.find(({ providerId }) => providerId === 'trusted-hosts');
  const config = { ...policy.config, 'trusted-hosts': options['registration-host'] };
  await ask('PUT', `/admin/realms/${realm}/components/${policy.id}`, { ...policy, config });
}

console.log(
  JSON.stringify(
    {
      issuer: `${keycloak}/realms/${realm}`,
      client: 'mcp-client',
      user: { name: 'alice', ...(isNew ? { password } : {}) },
      gatehouse: { clientId: 'gatehouse', clientSecret },
      scopes: Object.keys(SCOPES),
    },
    null,
    2,
  ),
);

function mapper(name, protocolMapper, config) {
  const tokens = {
    'access.token.claim': 'true',
    'id.token.claim': protocolMapper === 'oidc-audience-mapper' ? 'false' : 'true',
    'introspection.token.claim': 'true',
    'lightweight.claim': 'true',
  };
  return { name, protocol: 'openid-connect', protocolMapper, config: { ...tokens, ...config } };
}

async function assignRealmScope(list, name) {
  const { id } = clientScopes.find((scope) => scope.name === name);
  await ask('PUT', `/admin/realms/${realm}/${list}/${id}`);
}

/** The folder of scripts/keycloak.mjs tells. */
function startedKeycloak() {
  const folder = env.KEYCLOAK_DATA ?? join(tmpdir(), `gatehouse-keycloak-${process.getuid?.() ?? 'user'}`);
  return JSON.parse(readFileSync(join(folder, 'keycloak.json'), 'utf8')).url;
}

async function administrator() {
  const response = await fetch(`${keycloak}/realms/master/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'password',
      client_id: 'admin-cli',
      username: 'admin',
      password: env.KEYCLOAK_ADMIN_PASSWORD ?? 'admin',
    }),
  });
  if (!response.ok) throw new Error(`Keycloak lets the administrator not in: ${await response.text()}`);
  return (await response.json()).access_token;
}

/** True when it was made, false when something of that name is there. */
async function make(path, body) {
  return (await ask('POST', path, body)).status !== 409;
}

async function get(path) {
  return (await ask('GET', path)).json();
}

async function ask(method, path, body) {
  const response = await fetch(`${keycloak}${path}`, {
    method,
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (response.ok || response.status === 409) return response;
  throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
}
