import { SignJWT } from 'jose';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Provider from 'oidc-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../storage/schema.js';
import { mintDevelopmentToken } from './development-tokens.js';
import { ownTokenVerifier } from './oauth-provider.js';
import {
  type BodyRewriter,
  registrationRewriter,
  structuredTokenRewriter,
  tokenRequestRewriter,
} from './request-rewriting.js';
import type { SigningKeys } from './keys/signing-keys.js';
import { openTestDatabase } from '../../test/support/test-database.js';
import { AUTHORIZATION_SERVER_OPTIONS } from '../../test/support/authorization-server-options.js';
import { authorizationEngine } from '../../test/support/authorization-engine.js';

let folder: string;
let database: Database;
let keys: SigningKeys;
let provider: Provider;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-rewriting-'));
  database = await openTestDatabase(folder);
  ({ provider, keys } = await authorizationEngine(database));
});

afterAll(async () => {
  await database.destroy();
  await rm(folder, { recursive: true, force: true });
});

async function rewritten(rewriter: BodyRewriter, body: string): Promise<string> {
  return (await rewriter(Buffer.from(body))).toString();
}

function rewrite(body: string): Promise<string> {
  return rewritten(
    structuredTokenRewriter(ownTokenVerifier({ keys, options: AUTHORIZATION_SERVER_OPTIONS }), (token) =>
      Promise.resolve(token === 'refresh'),
    ),
    body,
  );
}

async function ownToken(changes: { issuer?: string } = {}): Promise<{ token: string; jti: string }> {
  const token = await mintDevelopmentToken(
    keys,
    {
      issuer: changes.issuer ?? AUTHORIZATION_SERVER_OPTIONS.issuer,
      audience: AUTHORIZATION_SERVER_OPTIONS.resourceIdentifier,
      lifetimeSeconds: 60,
    },
    ['mcp:tools:read'],
  );
  const [, payload = ''] = token.split('.');
  const { jti } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { jti: string };
  return { token, jti };
}

describe('token requests without redirect_uri (OAuth 2.1 section 4.1.3)', () => {
  it('get the one that the code was issued for', async () => {
    const client = await provider.Client.find('mcp-inspector-client');
    if (!client) throw new Error('the client is not there');
    const code = await new provider.AuthorizationCode({
      accountId: 'a',
      client,
      grantId: 'grant-1',
      gty: 'authorization_code',
      scope: 'a',
      redirectUri: 'http://127.0.0.1:6276/oauth/callback?x=1&y=2',
    }).save();
    const body = await rewritten(
      tokenRequestRewriter({ provider }),
      `grant_type=authorization_code&code=${code}&a=b%26c`,
    );
    expect([...new URLSearchParams(body)]).toEqual([
      ['grant_type', 'authorization_code'],
      ['code', code],
      ['a', 'b&c'],
      ['redirect_uri', 'http://127.0.0.1:6276/oauth/callback?x=1&y=2'],
    ]);
  });

  it.each([
    'grant_type=authorization_code&code=unknown',
    'grant_type=authorization_code',
    'grant_type=authorization_code&code=',
  ])('get one that fits nothing when the code is unknown or missing: %s', async (body) => {
    const form = new URLSearchParams(await rewritten(tokenRequestRewriter({ provider }), body));
    expect(form.get('redirect_uri')).toBe('urn:ietf:wg:oauth:2.0:oob');
  });

  it.each([
    'grant_type=authorization_code&code=unknown&redirect_uri=http%3A%2F%2Fevil.example.com',
    'grant_type=authorization_code&code=unknown&redirect_uri=',
    'grant_type=refresh_token&refresh_token=x',
    'grant_type=client_credentials',
    '',
    '{"grant_type":"authorization_code"}',
  ])('stay as they are otherwise: %s', async (body) => {
    expect(await rewritten(tokenRequestRewriter({ provider }), body)).toBe(body);
  });
});

describe('introspection and revocation of a JWT (RFC 7662, RFC 7009)', () => {
  it('name it by its jti when it was signed here', async () => {
    const { token, jti } = await ownToken();
    expect([
      ...new URLSearchParams(await rewrite(`token=${token}&token_type_hint=refresh_token&client_id=c`)),
    ]).toEqual([
      ['token', jti],
      ['client_id', 'c'],
      ['token_type_hint', 'access_token'],
    ]);
  });

  it('never name the jti of a forged one', async () => {
    const { token, jti } = await ownToken();
    const forged = await new SignJWT({ jti })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
      .setIssuer(AUTHORIZATION_SERVER_OPTIONS.issuer)
      .sign(new TextEncoder().encode('a secret of an attacker, long enough'));
    const [header, payload] = token.split('.');
    const foreign = await ownToken({ issuer: 'https://evil.example.com' });
    for (const one of [forged, `${header}.${payload}.AAAA`, `${header}.${payload}.`, foreign.token]) {
      expect(new URLSearchParams(await rewrite(`token=${one}`)).get('token')).toBe('invalid');
    }
  });

  it.each(['token=refresh', 'token=', 'client_id=c', 'token=a.b.c&token=d', ''])(
    'leave a refresh token, or what is not one token, as it is: %s',
    async (body) => {
      expect(await rewrite(body)).toBe(body);
    },
  );

  it('take nothing else for a token: not the jti of one', async () => {
    const { jti } = await ownToken();
    for (const one of [jti, 'opaque', 'bm90.anNvbg.x']) {
      expect(await rewrite(`token=${one}&token_type_hint=access_token`)).toBe(
        'token=invalid&token_type_hint=access_token',
      );
    }
  });

  it('hide no second token behind what one parser skips and another does not', async () => {
    expect(await rewrite('?token=a&token=b')).toBe('token=a&token=b');
  });
});

describe('client registration (RFC 7591)', () => {
  const rewriter = registrationRewriter(['cursor']);

  it('is reduced to what counts here', async () => {
    const body = JSON.stringify({
      token_endpoint_auth_method: 'none',
      client_name: 'A',
      scope: 'mcp:tools:read',
    });
    expect(await rewritten(rewriter, body)).toBe('{"client_name":"A","token_endpoint_auth_method":"none"}');
  });

  it.each(['', 'no JSON', '[]', 'null', '"text"', '7'])('leaves %j to the engine', async (body) => {
    expect(await rewritten(rewriter, body)).toBe(body);
  });
});
