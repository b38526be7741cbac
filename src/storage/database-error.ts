import type {
  CompiledQuery,
  DatabaseConnection,
  Dialect,
  Driver,
  QueryResult,
  TransactionSettings,
} from 'kysely';

/**
 * The database did not do what it was asked. Says nothing of the database in what a client sees; `cause` has it. The engine and the
 * web framework answer it as 503 `temporarily_unavailable` (RFC 6749 section 4.1.2.1).
 */
export class DatabaseError extends Error {
  readonly statusCode = 503;
  readonly expose = true;
  readonly error_description = 'the database does not answer at the moment; try again in a few seconds';

  constructor(override readonly cause: unknown) {
    super('temporarily_unavailable', { cause });
  }
}

/**
 * A dialect whose connections fail with DatabaseError, whichever driver is below. `onConnectFailed` is told how long was waited in vain for one,
 * in milliseconds: no statement is run then, so that nobody else would notice.
 */
export function withDatabaseErrors(
  dialect: Dialect,
  onConnectFailed: (milliseconds: number) => void = () => undefined,
): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (database) => dialect.createIntrospector(database),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => guarded(dialect.createDriver(), onConnectFailed),
  };
}

function guarded(driver: Driver, onConnectFailed: (milliseconds: number) => void): Driver {
  const connections = new WeakMap<DatabaseConnection, GuardedConnection>();
  const of = (connection: DatabaseConnection): DatabaseConnection =>
    connection instanceof GuardedConnection ? connection.inner : connection;
  return {
    init: () => failing(() => driver.init()),
    acquireConnection: async () => {
      const started = performance.now();
      const inner = await failing(() => driver.acquireConnection()).catch((error: unknown) => {
        onConnectFailed(performance.now() - started);
        throw error;
      });
      const known = connections.get(inner) ?? new GuardedConnection(inner);
      connections.set(inner, known);
      return known;
    },
    beginTransaction: (connection, settings: TransactionSettings) =>
      failing(() => driver.beginTransaction(of(connection), settings)),
    commitTransaction: (connection) => failing(() => driver.commitTransaction(of(connection))),
    rollbackTransaction: (connection) => failing(() => driver.rollbackTransaction(of(connection))),
    releaseConnection: (connection) => driver.releaseConnection(of(connection)),
    destroy: () => driver.destroy(),
  };
}

class GuardedConnection implements DatabaseConnection {
  constructor(readonly inner: DatabaseConnection) {}

  executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    return failing(() => this.inner.executeQuery<Row>(query));
  }

  streamQuery<Row>(query: CompiledQuery, chunkSize = 1): AsyncIterableIterator<QueryResult<Row>> {
    return this.inner.streamQuery<Row>(query, chunkSize);
  }
}

async function failing<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof DatabaseError ? error : new DatabaseError(error);
  }
}
