import {
  exportJWK,
  generateKeyPair,
  importJWK,
  calculateJwkThumbprint,
  type JWK,
  type JSONWebKeySet,
} from 'jose';
import { sql } from 'kysely';
import type { Database } from '../storage/schema.js';

export const SIGNING_ALGORITHM = 'ES256';

/** The keys that sign access tokens: made once, kept in the database, published without their private part. */
export class SigningKeys {
  readonly publicJwks: JSONWebKeySet;

  private constructor(
    /** Newest first; the first one signs. */
    readonly privateJwks: readonly JWK[],
  ) {
    this.publicJwks = { keys: privateJwks.map(publicPart) };
  }

  static async load(database: Database): Promise<SigningKeys> {
    const stored = await storedKeys(database);
    if (stored.length > 0) return new SigningKeys(stored);
    await insertFirst(database, await generate());
    return new SigningKeys(await storedKeys(database));
  }

  /** The key that signs now, with its id. */
  async current(): Promise<{ kid: string; key: Awaited<ReturnType<typeof importJWK>> }> {
    const [jwk] = this.privateJwks;
    if (!jwk?.kid) throw new Error('there is no signing key');
    return { kid: jwk.kid, key: await importJWK(jwk, SIGNING_ALGORITHM) };
  }
}

async function storedKeys(database: Database): Promise<JWK[]> {
  const rows = await database
    .selectFrom('signing_key')
    .select('private_jwk')
    .orderBy('created_at', 'desc')
    .orderBy('kid')
    .execute();
  return rows.map((row) => JSON.parse(row.private_jwk) as JWK);
}

/** One statement decides which of several processes that start at once makes the key. */
async function insertFirst(database: Database, jwk: JWK): Promise<void> {
  await sql`
    insert into signing_key (kid, private_jwk, created_at)
    select ${jwk.kid}, ${JSON.stringify(jwk)}, ${Math.floor(Date.now() / 1000)}
    where not exists (select 1 from signing_key)`.execute(database);
}

async function generate(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: SIGNING_ALGORITHM, use: 'sig' };
}

function publicPart({ kty, crv, x, y, kid, alg, use }: JWK): JWK {
  return { kty, crv, x, y, kid, alg, use } as JWK;
}
