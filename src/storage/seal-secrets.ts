import type { Database } from './schema.js';
import { Sealer } from './sealer.js';

/** Where a secret is kept: what it is sealed for. */
export const settingPlace = (name: string): string => `setting ${name}`;
export const signingKeyPlace = (kid: string): string => `signing key ${kid}`;

/**
 * Seals the secrets that are in the clear, from before there was a key, and those that were sealed with a former one.
 * @throws SealError when one was sealed with a key that is not known
 */
export async function sealSecrets(database: Database): Promise<void> {
  const { sealer } = database;
  for (const { name, value } of await database.selectFrom('setting').selectAll().execute()) {
    const sealed = resealed(sealer, value, settingPlace(name));
    await database
      .updateTable('setting')
      .set({ value: sealed })
      .where('name', '=', name)
      .where('value', '=', value)
      .execute();
  }
  for (const { kid, private_jwk: value } of await database.selectFrom('signing_key').selectAll().execute()) {
    const sealed = resealed(sealer, value, signingKeyPlace(kid));
    await database
      .updateTable('signing_key')
      .set({ private_jwk: sealed })
      .where('kid', '=', kid)
      .where('private_jwk', '=', value)
      .execute();
  }
}

function resealed(sealer: Sealer, value: string, place: string): string {
  const secret = Sealer.isSealed(value) ? sealer.open(value, place) : value;
  return sealer.isCurrent(value) ? value : sealer.seal(secret, place);
}
