import { type CryptoKey, exportJWK, generateKeyPair, SignJWT, type JWK, type JWTPayload } from 'jose';
import { randomUUID } from 'node:crypto';

/** A client that authenticates with a key of its own (RFC 7523). */
export interface AssertingClient {
  readonly clientId: string;
  readonly publicJwk: JWK;
  readonly privateKey: CryptoKey;
  readonly keyId: string;
  /** The parameters that authenticate one request. */
  assertion(audience: string, claims?: JWTPayload): Promise<Record<string, string>>;
}

export async function assertingClient(clientId: string, alg = 'ES256'): Promise<AssertingClient> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const kid = randomUUID();
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' };
  return {
    clientId,
    publicJwk,
    privateKey,
    keyId: kid,
    assertion: async (audience, claims = {}) => {
      const now = Math.floor(Date.now() / 1000);
      const payload = {
        iss: clientId,
        sub: clientId,
        aud: audience,
        jti: randomUUID(),
        iat: now,
        exp: now + 60,
        ...claims,
      };
      return {
        client_id: clientId,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await new SignJWT(payload).setProtectedHeader({ alg, kid }).sign(privateKey),
      };
    },
  };
}
