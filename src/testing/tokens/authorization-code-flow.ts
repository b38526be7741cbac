import { createPkcePair } from '../../oauth/pkce.js';

export const INSPECTOR = {
  clientId: 'mcp-inspector-client',
  redirectUri: 'http://127.0.0.1:6274/oauth/callback/debug',
};

/** Asks for a code as a script does, following nothing. `origin`: with the path prefix where there is one. */
export function authorize(origin: string, parameters: Record<string, string | undefined>): Promise<Response> {
  const url = new URL(`${origin}/authorize`);
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) url.searchParams.append(name, value);
  return fetch(url, { redirect: 'manual', headers: { accept: '*/*' } });
}

/** The parameters that the authorization server sent back to the client. */
export function callbackParameters(response: Response): URLSearchParams {
  const location = response.headers.get('location');
  if (!location) throw new Error(`no redirect but ${response.status}`);
  const { hash, searchParams } = new URL(location);
  return hash ? new URLSearchParams(hash.slice(1)) : searchParams;
}

export function redeem(origin: string, parameters: Record<string, string>): Promise<Response> {
  return fetch(`${origin}/token`, { method: 'POST', body: new URLSearchParams(parameters) });
}

export interface CodeAndVerifier {
  code: string;
  codeVerifier: string;
}

/** A fresh code for the pre-registered client. */
export async function freshCode(
  origin: string,
  parameters: Record<string, string | undefined> = {},
): Promise<CodeAndVerifier> {
  const { codeVerifier, codeChallenge } = createPkcePair();
  const response = await authorize(origin, {
    response_type: 'code',
    client_id: INSPECTOR.clientId,
    redirect_uri: INSPECTOR.redirectUri,
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
    ...parameters,
  });
  const callback = callbackParameters(response);
  const code = callback.get('code');
  if (!code) throw new Error(`no code: ${callback.toString()}`);
  return { code, codeVerifier };
}

export interface TokenResponse {
  access_token: string;
  refresh_token: string;
  token_type: string;
  expires_in: number;
  scope: string;
}

/** Runs the whole flow as the pre-registered client. Without a scope: all of them. `parameters`: of the authorization request. */
export async function tokenFor(
  origin: string,
  scope?: string,
  parameters: Record<string, string | undefined> = {},
): Promise<TokenResponse> {
  const { code, codeVerifier } = await freshCode(origin, { scope, ...parameters });
  const response = await redeem(origin, {
    grant_type: 'authorization_code',
    code,
    client_id: INSPECTOR.clientId,
    code_verifier: codeVerifier,
  });
  if (!response.ok) throw new Error(`no token: ${await response.text()}`);
  return (await response.json()) as TokenResponse;
}
