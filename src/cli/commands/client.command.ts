import { ClientIdKeys } from '../../authorization-server/clients/client-id-keys.js';
import { allowClient, deniedClients, denyClient } from '../../authorization-server/clients/denied-clients.js';
import { INSPECTOR_CLIENT } from '../../authorization-server/clients/pre-registered-clients.js';
import { operatedBy, type Operator } from '../operator.js';
import { table } from '../table.js';
import { UsageError } from '../usage-error.js';

/** `client list|deny|allow|rotate-keys`: what to print. @throws UsageError */
export async function clientCommand(
  [action, ...rest]: readonly string[],
  operator: Operator,
): Promise<string> {
  const { database, audit } = operator;
  switch (action) {
    case 'list':
      withoutArguments(action, rest);
      return listed(operator);
    case 'deny': {
      const clientId = oneClient(action, rest);
      refuseConfigured(clientId, operator);
      await denyClient(database, clientId);
      audit.record({ ...operatedBy(), event: 'client.denied', outcome: 'success', clientId });
      return 'The client is denied, on every server, from now on. Its tokens last until they expire, or until its grants are revoked.';
    }
    case 'allow': {
      const clientId = oneClient(action, rest);
      const wasDenied = await allowClient(database, clientId);
      if (wasDenied) audit.record({ ...operatedBy(), event: 'client.allowed', outcome: 'success', clientId });
      return wasDenied ? 'The client is let in again.' : 'The client was not denied.';
    }
    case 'rotate-keys':
      withoutArguments(action, rest);
      await (await ClientIdKeys.load(database)).rotate();
      audit.record({ ...operatedBy(), event: 'client_id_keys.rotated', outcome: 'success' });
      return 'New client identifiers are signed with a new key. Those that were issued before stay valid.';
    default:
      throw new UsageError(`client ${action ?? ''}: say list, deny, allow or rotate-keys`);
  }
}

async function listed({ database }: Operator): Promise<string> {
  const denied = await deniedClients(database);
  if (denied.length === 0) return 'No client is denied.';
  return table(
    ['DENIED', 'CLIENT ID'],
    denied.map(({ clientId, deniedAt }) => [deniedAt.toISOString(), clientId]),
  );
}

function refuseConfigured(clientId: string, { config }: Operator): void {
  if (
    clientId === INSPECTOR_CLIENT.clientId ||
    config.clients.some((client) => client.clientId === clientId)
  ) {
    throw new UsageError(`${clientId} is in the configuration: take it out there`);
  }
}

function oneClient(action: string, [clientId, ...rest]: readonly string[]): string {
  if (clientId === undefined || rest.length > 0) throw new UsageError(`client ${action} needs one client id`);
  return clientId;
}

function withoutArguments(action: string, rest: readonly string[]): void {
  if (rest.length > 0) throw new UsageError(`client ${action} takes no arguments`);
}
