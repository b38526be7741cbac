import { createServer } from 'node:http';
import { Provider, interactionPolicy } from 'oidc-provider';
import { generateKeyPair, exportJWK } from 'jose';
import { listen, serve } from '../../servers/serve.mjs';
import { CLIENT_ID, REDIRECT_URI, RESOURCE, SCOPE } from '../flow.mjs';

const { Check, Prompt, base } = interactionPolicy;
const SUBJECT = 'user';

/**
 * The engine that Gatehouse is built on, with nothing around it: its own adapter in memory, one client, everybody approved at once in the
 * request that asks, the same kinds of tokens (ES256 JWTs, rotating refresh tokens).
 */
serve(async () => {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const server = createServer();
  const port = await listen(server);
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [client()],
    cookies: { keys: ['a key that signs cookies'] },
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        getResourceServerInfo: () => ({
          scope: SCOPE,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
        useGrantedResource: () => true,
      },
    },
    findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    interactions: { policy: approvingPolicy() },
    issueRefreshToken: () => true,
    jwks: { keys: [{ ...(await exportJWK(privateKey)), use: 'sig', alg: 'ES256' }] },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    routes: { authorization: '/authorize', token: '/token' },
  });
  const answer = provider.callback();
  server.on('request', (request, response) => void answer(request, response));
  return { public: port };
});

function client() {
  return {
    client_id: CLIENT_ID,
    redirect_uris: [REDIRECT_URI],
    application_type: 'native',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    id_token_signed_response_alg: 'ES256',
  };
}

function approvingPolicy() {
  const policy = base();
  const check = new Check('approved', 'everybody is approved', async ({ oidc }) => {
    const grant = new oidc.provider.Grant({ accountId: SUBJECT, clientId: CLIENT_ID });
    grant.addResourceScope(RESOURCE, SCOPE);
    const grantId = await grant.save();
    oidc.session.loginAccount({ accountId: SUBJECT, transient: true });
    oidc.session.ensureClientContainer(CLIENT_ID);
    oidc.session.grantIdFor(CLIENT_ID, grantId);
    oidc.entity('Account', { accountId: SUBJECT, claims: () => ({ sub: SUBJECT }) });
    oidc.entity('Grant', grant);
    oidc.result = { login: { accountId: SUBJECT }, consent: { grantId } };
    return Check.NO_NEED_TO_PROMPT;
  });
  policy.add(new Prompt({ name: 'approval' }, check), 0);
  return policy;
}
