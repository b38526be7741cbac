import { createPkcePair } from '../../src/oauth/pkce.js';
import type { SimpleBrowser } from '../support/browser.js';
import { INSPECTOR, redeem, type TokenResponse } from '../support/oauth-flow.js';
import type { Deployment } from './deployment.js';
import { signInAndAllow } from './user.js';

/** An authorization request of the pre-registered client. */
export function authorizationUrl(
  { publicUrl }: Pick<Deployment, 'publicUrl'>,
  codeChallenge: string,
  parameters: Record<string, string> = {},
): URL {
  const url = new URL(`${publicUrl}/authorize`);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: INSPECTOR.clientId,
    redirect_uri: INSPECTOR.redirectUri,
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
    ...parameters,
  }).toString();
  return url;
}

/** Tokens of the user, by the whole flow. @throws Error where it does not work */
export async function tokensOf(
  deployment: Pick<Deployment, 'publicUrl'>,
  browser?: SimpleBrowser,
): Promise<TokenResponse> {
  const { codeVerifier, codeChallenge } = createPkcePair();
  const url = authorizationUrl(deployment, codeChallenge);
  const callback = await signInAndAllow(url, INSPECTOR.redirectUri, browser);
  const response = await redeem(deployment.publicUrl, {
    grant_type: 'authorization_code',
    code: callback.get('code') ?? '',
    client_id: INSPECTOR.clientId,
    redirect_uri: INSPECTOR.redirectUri,
    code_verifier: codeVerifier,
  });
  if (!response.ok) throw new Error(`no token: ${await response.text()}`);
  return (await response.json()) as TokenResponse;
}
