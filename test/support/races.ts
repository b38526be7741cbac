import { createPkcePair } from '../../src/oauth/pkce.js';
import { authorize, callbackParameters, INSPECTOR, redeem } from './oauth-flow.js';

/** What somebody got who asked at the same time as others. */
export interface Answer {
  readonly status: number;
  readonly body: { error?: string; access_token?: string; refresh_token?: string };
}

/** A code of the pre-registered client, and how to redeem it. */
export async function codeToRedeem(origin: string): Promise<Record<string, string>> {
  const { codeVerifier, codeChallenge } = createPkcePair();
  const response = await authorize(origin, {
    response_type: 'code',
    client_id: INSPECTOR.clientId,
    redirect_uri: INSPECTOR.redirectUri,
    scope: 'mcp:tools:read',
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
  });
  return {
    grant_type: 'authorization_code',
    code: callbackParameters(response).get('code') ?? '',
    client_id: INSPECTOR.clientId,
    code_verifier: codeVerifier,
  };
}

export function refreshRequest(token: string): Record<string, string> {
  return { grant_type: 'refresh_token', refresh_token: token, client_id: INSPECTOR.clientId };
}

/** Sends the same token request many times at once, to each origin in turn. */
export function manyAtOnce(
  count: number,
  origins: readonly string[],
  parameters: Record<string, string>,
): Promise<Answer[]> {
  return Promise.all(
    Array.from({ length: count }, (_unused, index) => ask(origins[index % origins.length] ?? '', parameters)),
  );
}

export async function ask(origin: string, parameters: Record<string, string>): Promise<Answer> {
  const response = await redeem(origin, parameters);
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

export function successes(answers: readonly Answer[]): Answer[] {
  return answers.filter(({ status }) => status === 200);
}
