import { SigningKeys } from '../../authorization-server/keys/signing-keys.js';
import { operatedBy, type Operator } from '../operator.js';
import { table } from '../table.js';
import { UsageError } from '../usage-error.js';

/** `keys list` and `keys rotate`: what to print. @throws UsageError */
export async function keysCommand([action, ...rest]: readonly string[], operator: Operator): Promise<string> {
  if (rest.length > 0) throw new UsageError(`keys ${action} takes no arguments`);
  const { config, database, audit } = operator;
  const keys = await SigningKeys.load(database, {
    ...config.signingKeys,
    tokenLifetimeSeconds: config.lifetimes.accessTokenSeconds,
    onChange: (change, kid) =>
      audit.record({ ...operatedBy(), event: `signing_key.${change}`, outcome: 'success', entity: kid }),
  });
  switch (action) {
    case 'list':
      return listed(keys);
    case 'rotate':
      await keys.rotate();
      return `${listed(keys)}\n\nEvery server follows within seconds; tokens that were signed before stay valid.`;
    default:
      throw new UsageError(`keys ${action ?? ''}: say list or rotate`);
  }
}

function listed(keys: SigningKeys): string {
  return table(
    ['STATE', 'ALGORITHM', 'SIGNS FROM', 'PUBLISHED', 'KEY ID'],
    keys
      .list()
      .map(({ state, algorithm, signsFrom, publishedAt, kid }) => [
        state,
        algorithm,
        signsFrom.toISOString(),
        publishedAt.toISOString(),
        kid,
      ]),
  );
}
