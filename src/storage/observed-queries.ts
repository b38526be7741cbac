import { type KyselyConfig, type LogEvent, type RootOperationNode, TableNode } from 'kysely';

/** A statement that was run, by what it does and to which table. */
export interface ObservedQuery {
  /** `CONNECT`: it was to be run, and there was no connection for it. */
  readonly operation: 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE' | 'CONNECT' | 'other';
  /** Undefined where it is of no one table. */
  readonly table: string | undefined;
  /** milliseconds */
  readonly duration: number;
  readonly failed: boolean;
}

export type QueryObserver = (query: ObservedQuery) => void;

const OPERATIONS: Readonly<Partial<Record<RootOperationNode['kind'], ObservedQuery['operation']>>> = {
  SelectQueryNode: 'SELECT',
  InsertQueryNode: 'INSERT',
  UpdateQueryNode: 'UPDATE',
  DeleteQueryNode: 'DELETE',
};

/** What tells the observers of every statement. Undefined where there are none: then Kysely measures nothing. */
export function observedQueries(observers: readonly QueryObserver[]): KyselyConfig['log'] {
  if (observers.length === 0) return undefined;
  return (event: LogEvent) => {
    const node = event.query.query;
    const query: ObservedQuery = {
      operation: OPERATIONS[node.kind] ?? 'other',
      table: tableOf(node),
      duration: event.queryDurationMillis,
      failed: event.level === 'error',
    };
    for (const observe of observers) observe(query);
  };
}

function tableOf(node: RootOperationNode): string | undefined {
  const table = (() => {
    switch (node.kind) {
      case 'SelectQueryNode':
      case 'DeleteQueryNode':
        return node.from?.froms[0];
      case 'InsertQueryNode':
        return node.into;
      case 'UpdateQueryNode':
        return node.table;
      default:
        return undefined;
    }
  })();
  return table && TableNode.is(table) ? table.table.identifier.name : undefined;
}
